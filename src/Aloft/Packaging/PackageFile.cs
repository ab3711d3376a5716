namespace Aloft.Packaging;

/// <summary>One entry of a package.</summary>
/// <param name="Path">Within the package, with forward slashes: <c>lib/index.js</c>.</param>
/// <param name="Source">Absolute path of the file to read.</param>
internal sealed record PackageFile(string Path, string Source, bool IsExecutable)
{
    /// <summary>For a symbolic link that stays one: its target, relative to its folder. Then <see cref="Source"/> is not read.</summary>
    public string? LinkTarget { get; init; }

    /// <summary>Bytes instead of a file's. Then <see cref="Source"/> is not read.</summary>
    public byte[]? Content { get; init; }
}
