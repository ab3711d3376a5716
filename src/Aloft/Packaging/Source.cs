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

    /// <summary>What there is to watch for changes, a folder or a file; null where nothing can change by itself.</summary>
    public string? Watched { get; init; }

    /// <summary>
    /// Those of the package's files that a change at this path of the source (relative, with forward slashes; null: anywhere) concerns. Null
    /// where a process cannot take in what is packed while it runs.
    /// </summary>
    public Func<string?, IReadOnlyList<PackageFile>>? FilesAt { get; init; }

    /// <summary>What the package is made from, looked up in the same way; null where that is what is packed.</summary>
    public Func<string?, IReadOnlyList<PackageFile>>? InputsAt { get; init; }

    /// <summary>Builds what <see cref="Shape"/> and <see cref="Pack"/> look at; null where the source is the code. Gets a writer for progress.</summary>
    public Func<TextWriter, CancellationToken, Task>? Build { get; init; }

    /// <summary>The whole of a handler that the user named in short.</summary>
    public Func<string, string> Handler { get; init; } = asked => asked;

    /// <summary>Variables that the function needs to run as its source means; null for none. Whatever is said of a variable goes before.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <param name="handler">As asked for on the command line: it may name the file that the function begins in.</param>
    public static Source At(string path, string? handler = null)
    {
        if (Directory.Exists(path))
            return OfFolder(path, handler);
        if (!File.Exists(path))
            throw CommandFailed.Usage($"{path} does not exist.");
        return Path.GetExtension(path) == ".zip" ? OfZip(path) : OfFile(path);
    }

    static Source OfFolder(string path, string? handler)
    {
        var folder = Path.TrimEndingDirectorySeparator(path);
        if (!File.Exists(Path.Combine(folder, "bootstrap")) && Directory.EnumerateFiles(folder, "*.csproj").ToList() is [var project])
            return OfDotnet(DotnetProject.Of(project), Path.GetFileName(folder)) with
            {
                Manifest = Manifest.Read(folder) ?? new(), Folder = folder, Watched = folder, InputsAt = FilesOf(folder, DotnetProject.Output),
            };
        var manifest = Manifest.Read(folder) ?? new();
        if (!File.Exists(Path.Combine(folder, "bootstrap")) && TypeScriptProject.EntryOf(folder, handler ?? manifest.Handler) is { } entry)
            return OfTypeScript(new(entry, folder), Path.GetFileName(folder)) with
            {
                Manifest = manifest, Folder = folder, Watched = folder, InputsAt = FilesOf(folder),
            };
        return new()
        {
            SuggestedName = NameFrom(Path.GetFileName(folder)),
            Manifest = manifest,
            Folder = folder,
            Shape = () => ShapeOf(SourceFolder.Files(folder)),
            Pack = () => PackageZip.Pack(SourceFolder.Files(folder)),
            Watched = folder,
            FilesAt = FilesOf(folder),
        };
    }

    /// <param name="without">Names of folders that are no source.</param>
    static Func<string?, IReadOnlyList<PackageFile>> FilesOf(string folder, params IReadOnlyCollection<string> without) =>
        at => at is null ? SourceFolder.Files(folder, without) : SourceFolder.FilesAt(folder, at, without);

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
                Watched = path,
                InputsAt = FileOf(path),
            };
        }
        catch (InvalidDataException fault)
        {
            throw CommandFailed.Usage($"{path} is not a zip: {fault.Message}");
        }
    }

    static Source OfDotnet(DotnetProject project, string name) => new()
    {
        SuggestedName = NameFrom(name),
        Manifest = new(),
        Build = project.Build,
        Shape = () => project.Shape(asked: null),
        Handler = asked => project.Shape(asked).Handler,
        Pack = () => PackageZip.Pack(project.Files),
    };

    static Source OfTypeScript(TypeScriptProject project, string name) => new()
    {
        SuggestedName = NameFrom(name),
        Manifest = new(),
        Build = project.Build,
        Shape = project.Shape,
        Environment = TypeScriptProject.Environment,
        FilesAt = _ => project.Files,
        Pack = () => PackageZip.Pack(project.Files),
    };

    /// <summary>A command line: each invocation is a process of its own.</summary>
    public static Source OfCommand(string command, string name) => new()
    {
        SuggestedName = name,
        Manifest = new(),
        Shape = () => new(Language.Custom, SourceShape.CustomHandler),
        Pack = () => PackageZip.Pack(CommandPackage.Files(command)),
    };

    static Source OfFile(string path)
    {
        if (Path.GetExtension(path) == ".cs")
            return OfDotnet(DotnetProject.OfFile(path), Path.GetFileNameWithoutExtension(path)) with { Watched = path, InputsAt = FileOf(path) };
        if (TypeScriptProject.Is(path))
            return OfTypeScript(new(path, folder: null), NameOfFile(path)) with { Watched = path, InputsAt = FileOf(path) };
        var file = new PackageFile(StoredName(path), path, UnixMode.IsExecutable(path));
        var shape = SourceShape.OfFile(file.Path, file.Path.EndsWith(".py", StringComparison.Ordinal) ? File.ReadAllText(path) : "");
        if (shape is null && !file.IsExecutable)
            throw CommandFailed.Usage($"{path} is no .js, .mjs, .cjs, .ts, .py, .cs, .sh or .zip, and it is not executable: how should it run?");

        shape ??= new(Language.Custom, SourceShape.CustomHandler);
        if (shape.Language == Language.Custom)
            file = file with { Path = "bootstrap", IsExecutable = true };
        return new()
        {
            SuggestedName = NameFrom(NameOfFile(path)),
            Manifest = new(),
            Shape = () => shape,
            Pack = () => PackageZip.Pack([file]),
            Watched = path,
            FilesAt = FileOf(file),
        };
    }

    static Func<string?, IReadOnlyList<PackageFile>> FileOf(string path) => FileOf(new PackageFile(Path.GetFileName(path), path, IsExecutable: false));

    static Func<string?, IReadOnlyList<PackageFile>> FileOf(PackageFile file) => _ => File.Exists(file.Source) ? [file] : [];

    /// <summary>
    /// A dot in a module's name would end it in the handler, and no handler has a space. A lone .js file in module syntax gets the name that
    /// makes Node load it as such, since the package.json that could say so is not packed.
    /// </summary>
    static string StoredName(string path)
    {
        var extension = Path.GetExtension(path);
        if (extension == ".js" && SourceShape.IsEcmaScriptModule(File.ReadAllText(path)))
            extension = ".mjs";
        return Path.GetFileNameWithoutExtension(path).Replace('.', '_').Replace(' ', '_') + extension;
    }

    static string NameOfFile(string path) =>
        IsGeneric(path) ? Path.GetFileName(Path.GetDirectoryName(path)!) : Path.GetFileNameWithoutExtension(path);

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
