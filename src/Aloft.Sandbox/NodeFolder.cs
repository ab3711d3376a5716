using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Aloft.Sandbox;

/// <summary>
/// The folder for what lives as long as a driver runs, and the key made from its path: what two nodes on one machine are told apart
/// by, and what a node knows its own leftovers by after it was killed.
/// </summary>
internal sealed partial class NodeFolder
{
    private const int KeyBytes = 8;
    private readonly string folder;

    internal NodeFolder(string folder, string driver)
    {
        this.folder = Path.Combine(Path.GetFullPath(folder), driver);
        Key = KeyOf(folder, driver);
        Directory.CreateDirectory(this.folder);
    }

    internal string Key { get; }

    internal static string KeyOf(string folder, string driver)
    {
        var path = Path.Combine(Path.GetFullPath(folder), driver);
        return $"{driver}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)).AsSpan(0, KeyBytes))}";
    }

    internal static bool IsKey(string name) => KeyForm().IsMatch(name);

    [GeneratedRegex(@"\A(process|container|gvisor)-[0-9a-f]{16}\z")]
    private static partial Regex KeyForm();

    internal string FolderOf(string id) => Path.Combine(folder, id);

    /// <summary>Ids of sandboxes that have files here.</summary>
    internal IEnumerable<string> Leftovers() => Directory.GetDirectories(folder).Select(path => Path.GetFileName(path));

    internal void Clear()
    {
        foreach (var id in Leftovers()) Directory.Delete(FolderOf(id), recursive: true);
    }

    internal void Remove()
    {
        Clear();
        Directory.Delete(folder);
    }
}

internal static partial class SandboxId
{
    /// <summary>An id names folders, control groups and containers, so it must be a plain name.</summary>
    internal static void Check(string id)
    {
        if (!Plain().IsMatch(id)) throw new ArgumentException($"'{id}' is no sandbox id: it must match [a-z0-9-]{{1,64}}.", nameof(id));
    }

    [GeneratedRegex(@"\A[a-z0-9-]{1,64}\z")]
    private static partial Regex Plain();
}
