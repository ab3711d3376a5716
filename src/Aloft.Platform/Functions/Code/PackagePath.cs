using System.Text;

namespace Aloft.Platform.Functions.Code;

/// <summary>
/// A path inside a package that cannot lead out of it: relative, of plain names, without <c>.</c> and <c>..</c>, within the limits.
/// </summary>
internal readonly record struct PackagePath
{
    PackagePath(string text) => Text = text;

    /// <summary>Names joined by <c>/</c>; empty for the root.</summary>
    public string Text { get; }

    public PackagePath Parent => new(Text.LastIndexOf('/') is var slash and >= 0 ? Text[..slash] : "");

    public bool IsRoot => Text.Length == 0;

    /// <summary>Of a zip entry's name. Throws for a name that is not the harmless name of a file or folder in the tree.</summary>
    public static PackagePath Parse(string entryName)
    {
        if (entryName.StartsWith('/') || entryName is [_, ':', ..])
            throw PackageError.Unreadable($"The entry '{Shown(entryName)}' has an absolute path.");
        if (entryName.Contains('\\'))
            throw PackageError.Unreadable($"The entry '{Shown(entryName)}' has a backslash in its name. Separate folders with '/'.");
        if (entryName.AsSpan().ContainsAnyInRange('\0', '\x1f'))
            throw PackageError.Unreadable($"The entry '{Shown(entryName)}' has a control character in its name.");

        var names = entryName.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(name => name != ".").ToArray();
        if (names.Contains(".."))
            throw PackageError.Unreadable($"The entry '{Shown(entryName)}' leads out of its folder.");
        var path = string.Join('/', names);
        if (names.Length > Limits.Depth || Encoding.UTF8.GetByteCount(path) > Limits.PathBytes)
            throw PackageError.Unreadable($"The path of the entry '{Shown(entryName)}' is too long or too deep.");
        if (names.Any(name => Encoding.UTF8.GetByteCount(name) > Limits.NameBytes))
            throw PackageError.Unreadable($"The entry '{Shown(entryName)}' has a name of more than {Limits.NameBytes} bytes.");
        return new(path);
    }

    /// <summary>
    /// Whether a symbolic link here with this target stays inside the tree, wherever other such links lead: the climb must come
    /// first, where every folder on the way is a real one, and may not pass the root.
    /// </summary>
    public bool MayLinkTo(string target)
    {
        if (target.Length == 0 || target.StartsWith('/') || target.Contains('\\') || target.AsSpan().ContainsAnyInRange('\0', '\x1f'))
            return false;

        var names = target.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(name => name != ".").ToArray();
        var climb = names.TakeWhile(name => name == "..").Count();
        var depthOfFolder = Text.Count(c => c == '/');
        return climb <= depthOfFolder && !names.Skip(climb).Contains("..");
    }

    public override string ToString() => Text;

    /// <summary>An entry's name as an error may show it.</summary>
    public static string Shown(string name)
    {
        var shown = string.Concat(name.Take(100).Select(c => char.IsControl(c) ? '?' : c));
        return name.Length > 100 ? shown + "…" : shown;
    }
}
