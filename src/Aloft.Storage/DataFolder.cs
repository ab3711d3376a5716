using System.Globalization;

namespace Aloft.Storage;

/// <summary>The folder with everything that a node keeps, for one process at a time and readable by its user alone.</summary>
public sealed class DataFolder : IDisposable
{
    private const UnixFileMode OnlyMine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly FileStream held;

    private DataFolder(string path, FileStream held)
    {
        Path = path;
        this.held = held;
    }

    /// <summary>Absolute.</summary>
    public string Path { get; }

    /// <summary>
    /// Makes the folder when it is not there. Throws <see cref="StorageException"/> when it may not be written or another process has it.
    /// </summary>
    public static DataFolder Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(path, OnlyMine);
            var held = Hold(path);
            File.WriteAllText(PidFile(path), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new(path, held);
        }
        catch (Exception e) when (FileErrors.IsKnown(e))
        {
            throw FileErrors.Explain(e, path);
        }
    }

    /// <summary>The path of a folder in this one, which is made when it is not there.</summary>
    public string Folder(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name), OnlyMine).FullName;

    public void Dispose() => held.Dispose();

    /// <summary>The kernel lets go of the lock when the process ends, however it ends.</summary>
    private static FileStream Hold(string path)
    {
        var file = System.IO.Path.Combine(path, "lock");
        try
        {
            return new(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.GetType() == typeof(IOException) && File.Exists(PidFile(path)))
        {
            throw new StorageException(StorageFailure.InUse,
                $"{path} is in use by process {File.ReadAllText(PidFile(path))}. Stop it, or choose another data folder.", e);
        }
    }

    // Beside the lock: a locked file cannot be read.
    private static string PidFile(string path) => System.IO.Path.Combine(path, "pid");
}
