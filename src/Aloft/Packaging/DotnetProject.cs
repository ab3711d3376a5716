using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Aloft.Platform.Functions.Standby;

namespace Aloft.Packaging;

/// <summary>C# source that the installed SDK builds: a project of a folder, or a single file that gets a project made for it.</summary>
internal sealed partial class DotnetProject
{
    /// <summary>Folders that a build writes into.</summary>
    public static readonly IReadOnlyCollection<string> Output = ["bin", "obj"];

    readonly string assembly;
    readonly string path;
    readonly bool isProject;

    DotnetProject(string path, bool isProject, string assembly) => (this.path, this.isProject, this.assembly) = (path, isProject, assembly);

    public static DotnetProject Of(string projectFile) => new(projectFile, isProject: true, Path.GetFileNameWithoutExtension(projectFile));

    public static DotnetProject OfFile(string sourceFile) =>
        new(sourceFile, isProject: false, Identifier(Path.GetFileNameWithoutExtension(sourceFile)));

    /// <summary>A name that an assembly, a handler and a namespace can have.</summary>
    static string Identifier(string name) => NoIdentifier().Replace(name, "_");

    /// <summary>What was built, in the order of the paths. Empty before.</summary>
    public IReadOnlyList<PackageFile> Files { get; private set; } = [];

    public async Task Build(TextWriter progress, CancellationToken stop)
    {
        var release = NewestSdk();
        await progress.WriteLineAsync($"building {path}");
        var folder = Directory.CreateTempSubdirectory("aloft-build-").FullName;
        try
        {
            var published = Path.Combine(folder, "published");
            var project = isProject ? path : Generate(folder, release);
            await Deploying.Build.Run(
                $"{Quoted(Dotnet)} publish {Quoted(project)} -c Release -o {Quoted(published)} --nologo -v quiet", folder, progress, stop);
            Files = [.. SourceFolder.Files(published).Select(file => file with { Content = File.ReadAllBytes(file.Source) })];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>
    /// The first public static method, or else the first public one, of the first public class that has any. A handler that was asked for
    /// may leave out the assembly, and the type where the method's name is enough.
    /// </summary>
    public SourceShape Shape(string? asked)
    {
        var methods = PublicMethods().ToList();
        if (asked is not null && asked.Split("::") is { Length: > 2 })
            return new(Language.Dotnet, asked);
        var chosen = asked?.Split("::") switch
        {
            [var type, var method] => methods.Where(one => one.Method == method && $".{one.Type}".EndsWith($".{type}", StringComparison.Ordinal)),
            [var method] => methods.Where(one => one.Method == method),
            _ => methods.GroupBy(one => one.Type).Take(1).SelectMany(type => type.OrderBy(one => one.IsStatic ? 0 : 1)),
        };
        return chosen.FirstOrDefault() is { } found
            ? new(Language.Dotnet, $"{assembly}::{found.Type}::{found.Method}")
            : throw CommandFailed.Usage(asked is null ? $"{assembly} has no public class with a public method: which is the handler?"
                : $"{assembly} has no public method {asked}. It has: {string.Join(", ", methods.Select(one => $"{one.Type}::{one.Method}"))}.");
    }

    sealed record PublicMethod(string Type, string Method, bool IsStatic);

    IEnumerable<PublicMethod> PublicMethods()
    {
        var built = Files.FirstOrDefault(file => file.Path == $"{assembly}.dll")
            ?? throw new CommandFailed(ExitCode.Failed, $"the build of {path} gave no {assembly}.dll.");
        using var file = new PEReader(new MemoryStream(built.Content!));
        var metadata = file.GetMetadataReader();
        foreach (var type in metadata.TypeDefinitions.Select(metadata.GetTypeDefinition))
        {
            const TypeAttributes Kind = TypeAttributes.VisibilityMask | TypeAttributes.Interface;
            var space = metadata.GetString(type.Namespace);
            var name = (space.Length > 0 ? space + "." : "") + metadata.GetString(type.Name);
            if ((type.Attributes & Kind) != TypeAttributes.Public)
                continue;
            foreach (var method in type.GetMethods().Select(metadata.GetMethodDefinition))
            {
                const MethodAttributes Visible = MethodAttributes.MemberAccessMask | MethodAttributes.SpecialName | MethodAttributes.Virtual;
                if ((method.Attributes & Visible) == MethodAttributes.Public && !IsGenerated(method, metadata))
                    yield return new(name, metadata.GetString(method.Name), method.Attributes.HasFlag(MethodAttributes.Static));
            }
        }
    }

    /// <summary>What the compiler adds to a record.</summary>
    static bool IsGenerated(MethodDefinition method, MetadataReader metadata) => method.GetCustomAttributes()
        .Select(attribute => metadata.GetCustomAttribute(attribute).Constructor)
        .Where(constructor => constructor.Kind == HandleKind.MemberReference)
        .Select(constructor => metadata.GetMemberReference((MemberReferenceHandle)constructor).Parent)
        .Where(type => type.Kind == HandleKind.TypeReference)
        .Any(type => metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)type).Name) == "CompilerGeneratedAttribute");

    /// <summary><c>#:package NAME@VERSION</c> lines become references, as <c>dotnet run</c> takes them from a file.</summary>
    string Generate(string folder, int release)
    {
        var packages = PackageLine().Matches(File.ReadAllText(path)).Select(line => new XElement(
            "PackageReference", new XAttribute("Include", line.Groups[1].Value), new XAttribute("Version", line.Groups[2].Value)));
        var project = Path.Combine(folder, $"{assembly}.csproj");
        new XElement(
            "Project", new XAttribute("Sdk", "Microsoft.NET.Sdk"),
            new XElement(
                "PropertyGroup",
                new XElement("TargetFramework", string.Create(CultureInfo.InvariantCulture, $"net{release}.0")),
                new XElement("ImplicitUsings", "enable"),
                new XElement("Nullable", "enable"),
                new XElement("EnableDefaultCompileItems", "false"),
                new XElement("ManagePackageVersionsCentrally", "false"),
                new XElement("Features", "$(Features);FileBasedProgram"),
                new XElement("DebugType", "embedded"), // for the lines in stack traces
                new XElement("PathMap", $"{Path.GetDirectoryName(path)}=.,{folder}=.")), // the same file gives the same package anywhere
            new XElement("ItemGroup", new XElement("Compile", new XAttribute("Include", path)), packages)).Save(project);
        return project;
    }

    static string Dotnet => Path.GetFileName(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";

    /// <summary>It builds for its own release.</summary>
    static int NewestSdk()
    {
        using var process = Process.Start(new ProcessStartInfo(Dotnet, "--list-sdks") { RedirectStandardOutput = true, RedirectStandardError = true });
        var releases = process?.StandardOutput.ReadToEnd().Split('\n')
            .Select(line => line.Split('.')[0]).Where(text => int.TryParse(text, out _)).Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToList();
        return releases is { Count: > 0 } ? releases.Max() : throw CommandFailed.Usage(
            $"C# must be built, and {Dotnet} has no SDK here, only the runtime. Install the .NET SDK, or deploy what was built elsewhere.");
    }

    static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"[^\w]")]
    private static partial Regex NoIdentifier();

    [GeneratedRegex(@"^#:package\s+([\w.-]+)@([\w.*-]+)\s*$", RegexOptions.Multiline)]
    private static partial Regex PackageLine();
}
