using System.IO.Compression;
using System.Text;
using Aloft.Platform.Functions.Standby;

namespace Aloft.Packaging;

/// <summary>A function's source as the user names it: a file, a folder or a zip.</summary>
internal sealed record Source
{
    /// <summary>What the function is called unless something says otherwise.</summary>
    public required string SuggestedName { get; init; }

    /// <summary>Looks at the files as they are now. Null when nothing is recognised: then runtime and handler must be said.</summary>
    public required Func<SourceShape?> Shape { get; init; }

    /// <summary>Empty unless the source is a folder with an aloft.json.</summary>
    public required Manifest Manifest { get; init; }

    /// <summary>The folder that the manifest's build runs in; null unless the source is a folder.</summary>
    public string? Folder { get; init; }

    /// <summary>Makes the zip of the files as they are now.</summary>
    public required Func<byte[]> Pack { get; init; }

    public static Source At(string path)
    {
        if (Directory.Exists(path))
            return OfFolder(path);
        if (!File.Exists(path))
            throw CommandFailed.Usage($"{path} does not exist.");
        return Path.GetExtension(path) == ".zip" ? OfZip(path) : OfFile(path);
    }

    static Source OfFolder(string path)
    {
        var folder = path.TrimEnd('/');
        return new()
        {
            SuggestedName = NameFrom(Path.GetFileName(folder)),
            Manifest = Manifest.Read(folder) ?? new(),
            Folder = folder,
            Shape = () => ShapeOf(SourceFolder.Files(folder)),
            Pack = () => PackageZip.Pack(SourceFolder.Files(folder)),
        };
    }

    static SourceShape? ShapeOf(IReadOnlyList<PackageFile> files)
    {
        var byPath = files.ToDictionary(file => file.Path);
        return SourceShape.Infer(byPath.Keys, path => File.ReadAllText(byPath[path].Source));
    }

    static Source OfZip(string path)
    {
        try
        {
            using var zip = ZipFile.OpenRead(path);
            var shape = SourceShape.Infer([.. zip.Entries.Select(entry => entry.FullName)], name => TextOf(zip, name));
            return new()
            {
                SuggestedName = NameFrom(Path.GetFileNameWithoutExtension(path)),
                Manifest = new(),
                Shape = () => shape,
                Pack = () => File.ReadAllBytes(path),
            };
        }
        catch (InvalidDataException fault)
        {
            throw CommandFailed.Usage($"{path} is not a zip: {fault.Message}");
        }
    }

    static Source OfFile(string path)
    {
        var file = new PackageFile(StoredName(path), path, UnixMode.IsExecutable(path));
        var shape = SourceShape.OfFile(file.Path, file.Path.EndsWith(".py", StringComparison.Ordinal) ? File.ReadAllText(path) : "");
        if (shape is null && !file.IsExecutable)
            throw CommandFailed.Usage($"{path} is no .js, .mjs, .cjs, .py, .sh or .zip, and it is not executable: how should it run?");

        shape ??= new(Language.Custom, SourceShape.CustomHandler);
        if (shape.Language == Language.Custom)
            file = file with { Path = "bootstrap", IsExecutable = true };
        return new()
        {
            SuggestedName = NameFrom(IsGeneric(path) ? Path.GetFileName(Path.GetDirectoryName(path)!) : Path.GetFileNameWithoutExtension(path)),
            Manifest = new(),
            Shape = () => shape,
            Pack = () => PackageZip.Pack([file]),
        };
    }

    /// <summary>
    /// A dot in a module's name would end it in the handler. A lone .js file in module syntax gets the name that makes Node load it as such,
    /// since the package.json that could say so is not packed.
    /// </summary>
    static string StoredName(string path)
    {
        var extension = Path.GetExtension(path);
        if (extension == ".js" && SourceShape.IsEcmaScriptModule(File.ReadAllText(path)))
            extension = ".mjs";
        return Path.GetFileNameWithoutExtension(path).Replace('.', '_') + extension;
    }

    static bool IsGeneric(string path) =>
        Path.GetFileNameWithoutExtension(path) is "index" or "main" or "app" or "handler" or "lambda_function" or "bootstrap";

    /// <summary>AWS allows letters, digits, hyphen and underscore, up to 64.</summary>
    static string NameFrom(string text)
    {
        var name = new StringBuilder();
        foreach (var character in text)
            name.Append(char.IsAsciiLetterOrDigit(character) || character is '-' or '_' ? character : '-');
        var trimmed = name.ToString().Trim('-');
        return trimmed.Length switch { 0 => "function", > 64 => trimmed[..64], _ => trimmed };
    }

    static string TextOf(ZipArchive zip, string name)
    {
        using var reader = new StreamReader(zip.GetEntry(name)!.Open());
        return reader.ReadToEnd();
    }
}
