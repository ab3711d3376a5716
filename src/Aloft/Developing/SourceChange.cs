using System.Security.Cryptography;
using Aloft.Packaging;

namespace Aloft.Developing;

/// <param name="Changed">With their content.</param>
internal sealed record SourceChange(IReadOnlyList<PackageFile> Changed, IReadOnlyList<string> Removed)
{
    public IReadOnlyList<string> Paths => [.. Changed.Select(file => file.Path), .. Removed];

    public bool IsEmpty => Changed.Count + Removed.Count == 0;

    public long Bytes => Changed.Sum(file => (long)(file.Content?.Length ?? 0));

    /// <summary>What the changed files looked like before they were read.</summary>
    public required IReadOnlyList<FileStamp> Stamps { get; init; }

    /// <summary>Some file that had content has none: its writer has emptied it, and may be about to fill it.</summary>
    public bool HasEmptied { get; init; }
}

/// <summary>What tells that a file has been written, without reading it; of one that was built, a digest.</summary>
internal readonly record struct FileStamp(long Length, DateTime Written, bool IsExecutable, string? LinkTarget, string? Digest)
{
    /// <summary>Its length is negative where the file has gone.</summary>
    public static FileStamp Of(PackageFile file) => file switch
    {
        { LinkTarget: { } target } => new(0, default, false, target, null),
        { Content: { } content } => new(content.Length, default, file.IsExecutable, null, Convert.ToHexStringLower(SHA256.HashData(content))),
        _ => new(
            new FileInfo(file.Source) is { Exists: true } info ? info.Length : -1, File.GetLastWriteTimeUtc(file.Source), file.IsExecutable, null, null),
    };
}

/// <summary>A package's files as they were last looked at.</summary>
internal sealed class KnownFiles(Func<string?, IReadOnlyList<PackageFile>> filesAt)
{
    Dictionary<string, FileStamp> known = filesAt(null).ToDictionary(file => file.Path, FileStamp.Of);

    /// <summary>What has changed at these paths; null: anywhere. It counts as known only by <see cref="Keep"/>.</summary>
    public SourceChange Since(IReadOnlySet<string>? paths)
    {
        var found = (paths is null ? filesAt(null) : paths.SelectMany(path => filesAt(path))).DistinctBy(file => file.Path).ToDictionary(file => file.Path);
        var changed = new List<PackageFile>();
        var stamps = new List<FileStamp>();
        var emptied = false;
        foreach (var file in found.Values.OrderBy(file => file.Path, StringComparer.Ordinal))
        {
            var stamp = FileStamp.Of(file);
            var isKnown = known.TryGetValue(file.Path, out var before);
            if (stamp.Length < 0 || (isKnown && before == stamp))
                continue;
            emptied |= stamp is { Length: 0, LinkTarget: null } && isKnown && before.Length > 0;
            if (file.LinkTarget is not null || file.Content is not null)
                changed.Add(file);
            else if (Read(file) is { } content)
                changed.Add(file with { Content = content });
            else
                continue;
            stamps.Add(stamp);
        }
        var removed = known.Keys.Where(path => !found.ContainsKey(path) && (paths is null || paths.Any(at => IsAt(path, at))));
        return new(changed, [.. removed.Order(StringComparer.Ordinal)]) { Stamps = stamps, HasEmptied = emptied };
    }

    /// <summary>Null where it has gone: that is another change.</summary>
    static byte[]? Read(PackageFile file)
    {
        try
        {
            return File.ReadAllBytes(file.Source);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The change has been dealt with. A file that was written meanwhile is seen as changed again.</summary>
    public void Keep(SourceChange change)
    {
        foreach (var (file, stamp) in change.Changed.Zip(change.Stamps))
            known[file.Path] = stamp;
        foreach (var path in change.Removed)
            known.Remove(path);
    }

    /// <summary>All is as it is now.</summary>
    public void KeepAll() => known = filesAt(null).ToDictionary(file => file.Path, FileStamp.Of);

    static bool IsAt(string path, string at) => path == at || path.StartsWith($"{at}/", StringComparison.Ordinal);
}
