namespace Aloft.Packaging;

/// <summary>The files of a folder that belong into its package.</summary>
internal static class SourceFolder
{
    /// <summary>What version control, editors, interpreters and Aloft itself leave beside code.</summary>
    static readonly HashSet<string> Skipped =
    [
        ".git", ".hg", ".svn", ".gitignore", ".idea", ".vscode", ".DS_Store", ".aloft",
        "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".venv",
    ];

    /// <summary>In the order of their paths by code point, so that the same tree gives the same package on every machine.</summary>
    /// <param name="without">Names that are left out, too.</param>
    public static IReadOnlyList<PackageFile> Files(string folder, params IReadOnlyCollection<string> without)
    {
        var root = new DirectoryInfo(folder);
        var files = new List<PackageFile>();
        var bytes = 0L;
        Collect(root, root, without, files, ref bytes);
        files.Sort((one, other) => string.CompareOrdinal(one.Path, other.Path));
        return files;
    }

    /// <summary>Those of the folder's files that are this path or lie below it; none where it is left out, or is not there.</summary>
    /// <param name="path">Within the folder, with forward slashes.</param>
    public static IReadOnlyList<PackageFile> FilesAt(string folder, string path, params IReadOnlyCollection<string> without)
    {
        var root = new DirectoryInfo(folder);
        var parent = root;
        var files = new List<PackageFile>();
        var names = path.Split('/');
        foreach (var (index, name) in names.Index())
        {
            FileSystemInfo entry = Directory.Exists(Path.Combine(parent.FullName, name))
                ? new DirectoryInfo(Path.Combine(parent.FullName, name))
                : new FileInfo(Path.Combine(parent.FullName, name));
            if ((!entry.Exists && entry.LinkTarget is null) || IsSkipped(root, parent, entry, without))
                break;
            var isLast = index == names.Length - 1;
            if (entry is DirectoryInfo { LinkTarget: null } subfolder)
            {
                parent = subfolder;
                var bytes = 0L;
                if (isLast)
                    Collect(root, subfolder, without, files, ref bytes);
            }
            else
            {
                if (isLast)
                    files.Add(entry is FileInfo { LinkTarget: null } file ? Plain(path, file) : Link(root, entry, path));
                break;
            }
        }
        return files;
    }

    static void Collect(DirectoryInfo root, DirectoryInfo folder, IReadOnlyCollection<string> without, List<PackageFile> files, ref long bytes)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            if (IsSkipped(root, folder, entry, without))
                continue;

            var path = Path.GetRelativePath(root.FullName, entry.FullName).Replace('\\', '/');
            if (entry.LinkTarget is not null)
                files.Add(Link(root, entry, path));
            else if (entry is DirectoryInfo subfolder)
                Collect(root, subfolder, without, files, ref bytes);
            else if (entry is FileInfo file)
            {
                files.Add(Plain(path, file));
                bytes += file.Length;
            }

            if (bytes > ProgramLimits.UnpackedCodeBytes)
                throw CommandFailed.Usage($"{root.FullName} holds more than 250 MB, the most that a function's code may have.");
            if (files.Count > ProgramLimits.FilesInPackage)
                throw CommandFailed.Usage($"{root.FullName} holds more than {ProgramLimits.FilesInPackage} files; is it a function's folder?");
        }
    }

    /// <summary>What has no length is not opened: a pipe has none either, and would be waited for until somebody writes to it.</summary>
    static PackageFile Plain(string path, FileInfo file) =>
        new(path, file.FullName, UnixMode.IsExecutable(file.FullName)) { Content = file.Length == 0 ? [] : null };

    static bool IsSkipped(DirectoryInfo root, DirectoryInfo folder, FileSystemInfo entry, IReadOnlyCollection<string> without) =>
        Skipped.Contains(entry.Name)
        || without.Contains(entry.Name)
        || entry.Extension == ".pyc"
        || IsOfEditor(entry.Name)
        || (folder.FullName == root.FullName && entry.Name == Manifest.FileName);

    /// <summary>What editors write beside a file while it is edited: vim's swap file, Emacs's lock and copy, anybody's backup.</summary>
    static bool IsOfEditor(string name) =>
        name.EndsWith('~') || name.StartsWith(".#", StringComparison.Ordinal) || (name.StartsWith('#') && name.EndsWith('#'))
        || (name.StartsWith('.') && Path.GetExtension(name) is ['.', 's', 'w', >= 'a' and <= 'p']);

    /// <summary>A link within the tree stays a link; one that leaves the tree to a file becomes that file; one to a folder outside is refused.</summary>
    static PackageFile Link(DirectoryInfo root, FileSystemInfo link, string path)
    {
        var target = link.ResolveLinkTarget(returnFinalTarget: true);
        if (target is not { Exists: true })
            throw CommandFailed.Usage($"{link.FullName} is a link to {link.LinkTarget}, which does not exist.");

        var isInside = $"{target.FullName.TrimEnd('/')}/".StartsWith($"{root.FullName.TrimEnd('/')}/", StringComparison.Ordinal);
        if (isInside)
            return new(path, link.FullName, IsExecutable: false)
            {
                LinkTarget = Path.GetRelativePath(Path.GetDirectoryName(link.FullName)!, target.FullName).Replace('\\', '/'),
            };
        return target is FileInfo file
            ? Plain(path, file)
            : throw CommandFailed.Usage($"{link.FullName} is a link to a folder outside of {root.FullName}; copy it in, or remove the link.");
    }
}
