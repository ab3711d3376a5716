using Aloft.Sandbox.Native;

namespace Aloft.Sandbox.Containers;

/// <summary>
/// The root file system that all sandboxes of one runtime share, put together once: the host's /usr, a minimal /etc, the runtime's
/// folder and empty places for what each sandbox adds. All of it is read-only; a container gets it by one recursive bind.
/// </summary>
internal static class RootImage
{
    internal const uint UserId = 993, GroupId = 990; // as in AWS Lambda
    internal const string HostName = "sandbox";
    internal const string ShownFolder = "/var/shown";

    /// <summary>
    /// What programs below /usr look for in /etc: certificates, the dynamic loader's cache, the targets of Debian's alternatives,
    /// and the settings of language runtimes. None of it is secret: every user of the host may read it.
    /// </summary>
    private static readonly string[] EtcFromHost =
    [
        "alternatives", "ca-certificates", "crypto-policies", "dotnet", "java", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "mime.types",
        "pki/ca-trust", "pki/tls/certs", "protocols", "services", "ssl/certs", "ssl/openssl.cnf",
    ];

    private static readonly string[] EtcPrefixesFromHost = ["java-", "python3"];

    private static readonly string[] EmptyFolders = ["dev", "etc", "proc", "sys", "tmp", "usr", "var/runtime"];

    /// <summary>Builds the image at <paramref name="root"/>. Call on the stage.</summary>
    internal static void Build(string root, string runtimeFolder, IReadOnlyList<string> hostFolders, CodePlaces codePlaces)
    {
        foreach (var folder in EmptyFolders) Directory.CreateDirectory($"{root}/{folder}");
        BuildCodePlaces(root, codePlaces);
        BuildEtc(root);
        Mounts.ShowReadOnly("/usr", $"{root}/usr");
        foreach (var name in (string[])["bin", "lib", "lib32", "lib64", "libx32", "sbin"]) ShowAsOnHost(root, $"/{name}");
        Mounts.ShowReadOnly(runtimeFolder, $"{root}/var/runtime");
        foreach (var folder in hostFolders.Where(folder => !folder.StartsWith("/usr/", StringComparison.Ordinal)))
        {
            Directory.CreateDirectory(root + folder);
            Mounts.ShowReadOnly(folder, root + folder);
        }
    }

    private static void BuildCodePlaces(string root, CodePlaces codePlaces)
    {
        if (codePlaces == CodePlaces.MountPoints)
        {
            Directory.CreateDirectory($"{root}/var/task");
            Directory.CreateDirectory($"{root}/opt");
        }
        else
        {
            Directory.CreateDirectory(root + ShownFolder);
            File.CreateSymbolicLink($"{root}/var/task", $"{ShownFolder}/task");
            File.CreateSymbolicLink($"{root}/opt", $"{ShownFolder}/opt");
        }
    }

    private static void BuildEtc(string root)
    {
        File.WriteAllText($"{root}/etc/passwd", $"root:x:0:0:root:/:/sbin/nologin\nsbx_user:x:{UserId}:{GroupId}::/tmp:/sbin/nologin\n");
        File.WriteAllText($"{root}/etc/group", $"root:x:0:\nsbx_group:x:{GroupId}:\n");
        File.WriteAllText($"{root}/etc/hosts", $"127.0.0.1 localhost {HostName} {HostName}.localdomain\n::1 localhost\n");
        File.WriteAllText($"{root}/etc/hostname", $"{HostName}\n");
        File.WriteAllText($"{root}/etc/resolv.conf", "# A sandbox has no network: no name is looked up.\n");
        File.WriteAllText($"{root}/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n");
        File.CreateSymbolicLink($"{root}/etc/localtime", "/usr/share/zoneinfo/UTC");
        File.CreateSymbolicLink($"{root}/etc/os-release", "../usr/lib/os-release");
        var byPrefix = Directory.GetFileSystemEntries("/etc").Select(path => Path.GetFileName(path))
            .Where(name => EtcPrefixesFromHost.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
        foreach (var name in EtcFromHost.Concat(byPrefix)) ShowAsOnHost(root, $"/etc/{name}");
    }

    /// <summary>
    /// The same thing at the same path: a link as a link, a file as a copy, a folder read-only; nothing where the host has nothing.
    /// </summary>
    private static void ShowAsOnHost(string root, string path)
    {
        var target = root + path;
        if (new FileInfo(path).LinkTarget is { } link)
        {
            File.CreateSymbolicLink(target, link);
        }
        else if (File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target);
        }
        else if (Directory.Exists(path))
        {
            Directory.CreateDirectory(target);
            Mounts.ShowReadOnly(path, target);
        }
    }
}
