namespace Aloft.Platform.Functions.Code;

/// <summary>
/// Unpacked packages on disk: all can read, nobody can write, execute permission as the zip has it, no other mode bits.
/// https://docs.aws.amazon.com/lambda/latest/dg/configuration-function-zip.html
/// </summary>
internal static class PackageFolder
{
    const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Everything below a folder, but neither links nor what they lead to.</summary>
    static readonly EnumerationOptions RealFolders = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    /// <summary>Unpacks into a new folder; returns the bytes of all files. On failure the folder is gone again.</summary>
    public static long Unpack(PackageContents contents, string folder, CancellationToken stop)
    {
        try
        {
            return Write(contents, folder, stop);
        }
        catch
        {
            Delete(folder);
            throw;
        }
    }

    static long Write(PackageContents contents, string root, CancellationToken stop)
    {
        Directory.CreateDirectory(root);
        foreach (var folder in contents.Folders)
            Directory.CreateDirectory(On(root, folder));

        var total = 0L;
        foreach (var file in contents.Files)
        {
            stop.ThrowIfCancellationRequested();
            using var stream = new FileStream(On(root, file.Path), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            total += ZipEntryReader.Copy(file.Entry, stream, Limits.UnzippedBytes - total) ?? throw PackageError.TooLarge();
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(stream.SafeFileHandle, file.Executable ? Readable | Executable : Readable);
        }

        // Links come last: nothing is ever written through one.
        foreach (var link in contents.Links)
            File.CreateSymbolicLink(On(root, link.Path), link.Target);

        Seal(root);
        return total;
    }

    /// <summary>From here on nothing can be added to the folder or taken out of it.</summary>
    public static void Seal(string root)
    {
        if (OperatingSystem.IsWindows())
            return;
        foreach (var folder in Directory.EnumerateDirectories(root, "*", RealFolders))
            File.SetUnixFileMode(folder, Readable | Executable);
        File.SetUnixFileMode(root, Readable | Executable);
    }

    /// <summary>Bytes of all files.</summary>
    public static long Bytes(string root) => new DirectoryInfo(root).EnumerateFiles("*", RealFolders).Sum(file => file.Length);

    /// <summary>Removes a folder and all in it, if it is there.</summary>
    public static void Delete(string root)
    {
        if (!Directory.Exists(root))
            return;
        if (!OperatingSystem.IsWindows())
        {
            // Only who may write to a folder may take files out of it.
            var own = Readable | Executable | UnixFileMode.UserWrite;
            File.SetUnixFileMode(root, own);
            foreach (var folder in Directory.EnumerateDirectories(root, "*", RealFolders))
                File.SetUnixFileMode(folder, own);
        }
        Directory.Delete(root, recursive: true);
    }

    static string On(string root, PackagePath path) => Path.Combine(root, path.Text);
}
