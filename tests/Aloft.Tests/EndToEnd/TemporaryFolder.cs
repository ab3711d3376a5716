namespace Aloft.Tests.EndToEnd;

/// <summary>A folder of a test's own, gone after it. That it can be removed is itself a check: nothing is mounted below it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("aloft-test-").FullName;

    public string Path { get; }

    public string Write(string name, byte[] content)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose()
    {
        MakeWritable(Path);
        Directory.Delete(Path, recursive: true);
    }

    /// <summary>Unpacked code is read-only; only root removes that as it is.</summary>
    static void MakeWritable(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        foreach (var folder in Directory.EnumerateDirectories(path, "*", SearchOption.AllDirectories).Prepend(path))
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.UserWrite);
    }
}
