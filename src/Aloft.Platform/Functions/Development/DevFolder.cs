using Aloft.Platform.Functions.Code;
using Aloft.Sandbox;
using Aloft.Wire;

namespace Aloft.Platform.Functions.Development;

/// <summary>One file that has changed: its content, or where it leads as a symbolic link.</summary>
/// <param name="Path">Below the function's folder, with <c>/</c> between names.</param>
public sealed record ChangedFile(string Path, ReadOnlyMemory<byte> Content, bool IsExecutable = false, string? LinkTarget = null);

/// <param name="Removed">Files, or folders with all in them.</param>
public sealed record DevChange(IReadOnlyList<ChangedFile> Changed, IReadOnlyList<string> Removed)
{
    internal IEnumerable<string> Paths => Changed.Select(file => file.Path).Concat(Removed);
}

/// <summary>
/// A function's files while they change. A file is replaced as one step, so that whoever reads sees the old one or the new one; a
/// package's guards hold for each (Code/README.md), and nothing ever lies below a link.
/// </summary>
internal sealed class DevFolder
{
    const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    const UnixFileMode Folder = Readable | Executable | UnixFileMode.UserWrite;

    readonly string own;
    long bytes;
    int entries;

    DevFolder(string own) => this.own = own;

    /// <summary>What sandboxes show. The folder itself stays the same.</summary>
    public string Code => Path.Combine(own, "code");

    string Staging => Path.Combine(own, "new");

    /// <summary>With the files of an unpacked package, which are linked where the file system can: a file that changes gets a new one.</summary>
    public static DevFolder Make(string own, string package)
    {
        var made = new DevFolder(own);
        try
        {
            NewFolder(made.Code);
            Directory.CreateDirectory(made.Staging);
            made.Lay(new DirectoryInfo(package), made.Code);
            return made;
        }
        catch
        {
            made.Delete();
            throw;
        }
    }

    void Lay(DirectoryInfo from, string to)
    {
        foreach (var entry in from.EnumerateFileSystemInfos())
        {
            var target = Path.Combine(to, entry.Name);
            entries++;
            if (entry.LinkTarget is { } link)
                File.CreateSymbolicLink(target, link);
            else if (entry is DirectoryInfo folder)
                Lay(folder, NewFolder(target));
            else
            {
                if (!HardLink.TryMake(entry.FullName, target))
                    File.Copy(entry.FullName, target);
                bytes += ((FileInfo)entry).Length;
            }
        }
    }

    /// <summary>All of the change is looked at before any of it is made.</summary>
    /// <exception cref="ApiError">A path leads out of the folder, or the whole becomes larger than a package may be.</exception>
    public void Apply(DevChange change)
    {
        var changed = change.Changed.Select(file => (Path: Parse(file.Path), File: file)).ToList();
        var removed = change.Removed.Select(Parse).ToList();
        foreach (var (path, file) in changed)
            if (file.LinkTarget is { } target && !path.MayLinkTo(target))
                throw PackageError.Unreadable($"The link '{path}' leads out of the package, or climbs ('..') after a name.");
        if (bytes + changed.Sum(file => (long)file.File.Content.Length) > Functions.Code.Limits.UnzippedBytes)
            throw PackageError.TooLarge();
        if (entries + changed.Count > Functions.Code.Limits.Entries)
            throw PackageError.Unreadable($"It has more than {Functions.Code.Limits.Entries} entries.");

        foreach (var path in removed)
            Remove(Path.Combine(Code, path.Text));
        foreach (var (path, file) in changed)
            Replace(path, file);
    }

    static PackagePath Parse(string text) => PackagePath.Parse(text) is { IsRoot: false } path ? path : throw PackageError.Unreadable("An entry has no name.");

    void Replace(PackagePath path, ChangedFile file)
    {
        MakeFolder(path.Parent);
        var staged = Path.Combine(Staging, "file");
        File.Delete(staged);
        if (file.LinkTarget is { } target)
            File.CreateSymbolicLink(staged, target);
        else
        {
            File.WriteAllBytes(staged, file.Content.Span);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(staged, file.IsExecutable ? Readable | Executable : Readable);
        }

        var place = Path.Combine(Code, path.Text);
        if (new FileInfo(place) is { Exists: true, LinkTarget: null } before)
            bytes -= before.Length;
        else
            entries++;
        if (IsFolder(place))
            Remove(place);
        File.Move(staged, place, overwrite: true);
        bytes += file.Content.Length;
    }

    void MakeFolder(PackagePath path)
    {
        if (path.IsRoot)
            return;
        MakeFolder(path.Parent);
        var place = Path.Combine(Code, path.Text);
        if (IsFolder(place))
            return;
        Remove(place);
        NewFolder(place);
        entries++;
    }

    void Remove(string place)
    {
        if (IsFolder(place))
        {
            foreach (var entry in new DirectoryInfo(place).EnumerateFileSystemInfos())
                Remove(entry.FullName);
            Directory.Delete(place);
            entries--;
        }
        else if (new FileInfo(place) is var file && (file.LinkTarget is not null || file.Exists))
        {
            if (file.LinkTarget is null)
                bytes -= file.Length;
            file.Delete();
            entries--;
        }
    }

    static string NewFolder(string path) =>
        (OperatingSystem.IsWindows() ? Directory.CreateDirectory(path) : Directory.CreateDirectory(path, Folder)).FullName;

    /// <summary>A folder that is one, not a link to one.</summary>
    static bool IsFolder(string path) => new DirectoryInfo(path) is { Exists: true, LinkTarget: null };

    public void Delete()
    {
        if (Directory.Exists(own))
            Directory.Delete(own, recursive: true);
    }
}
