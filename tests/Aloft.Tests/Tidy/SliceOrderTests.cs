using System.Text.RegularExpressions;
using System.Xml.Linq;
using Aloft.Tests.EndToEnd;

namespace Aloft.Tests.Tidy;

/// <summary>The order of ARCHITECTURE.md: a project references, and a slice names, only what stands above it.</summary>
public sealed partial class SliceOrderTests
{
    /// <summary>Each row may name the rows before it. Slices of one row may not name each other.</summary>
    static readonly string[][] Order =
    [
        ["Kernel"],
        ["Cluster"],
        ["Iam", "CloudWatch", "XRay"],
        ["Front"],
        ["Sqs", "Sns", "EventBridge", "Kinesis", "S3", "DynamoDb", "Ssm", "SecretsManager", "Kms"],
        ["Functions"],
        ["Lambda"],
        ["EventSources", "StepFunctions"],
        ["ApiGateway"],
        ["CloudFormation"],
    ];

    static readonly Dictionary<string, string[]> References = new()
    {
        ["Aloft.Wire"] = [],
        ["Aloft.Storage"] = [],
        ["Aloft.Sandbox"] = [],
        ["Aloft.Platform"] = ["Aloft.Wire", "Aloft.Storage", "Aloft.Sandbox"],
        ["Aloft"] = ["Aloft.Wire", "Aloft.Storage", "Aloft.Sandbox", "Aloft.Platform"],
    };

    [Fact]
    public void Slice_names_only_slices_above_it() => SourceTree.None(
        from file in SourceTree.Of("src/Aloft.Platform", ".cs")
        let slice = SliceOf(file)
        from named in NamedSlices(file).Distinct()
        where named != slice && Rank(named) >= Rank(slice)
        select $"{file} names Aloft.Platform.{named}",
        "A slice may name only those above it.");

    [Fact]
    public void Every_folder_of_the_platform_is_a_slice_in_the_order() => SourceTree.None(
        from file in SourceTree.Of("src/Aloft.Platform", ".cs")
        where Rank(SliceOf(file)) < 0
        select file.Path,
        "A file lies in a slice that the order names.");

    [Fact]
    public void Project_references_only_those_it_may() => SourceTree.None(
        from project in References.Keys
        from reference in XDocument.Load(Repository.PathOf("src", project, $"{project}.csproj")).Descendants("ProjectReference")
        let name = Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)
        where reference.Attribute("ReferenceOutputAssembly")?.Value != "false" // else only built with it, and put beside it
        where !References[project].Contains(name)
        select $"{project} references {name}",
        "Who may reference whom is in ARCHITECTURE.md.");

    [Fact]
    public void Namespace_equals_folder() => SourceTree.None(
        from file in SourceTree.Of("src", ".cs")
        let folder = Path.GetDirectoryName(file.Path)!["src/".Length..].Replace('/', '.')
        let declared = Declaration().Match(file.Text)
        where declared.Success && declared.Groups[1].Value != folder
        select $"{file} declares {declared.Groups[1].Value}",
        "A namespace equals its folder.");

    [Fact]
    public void Slice_has_a_README() => SourceTree.None(
        from folder in Directory.EnumerateDirectories(Repository.PathOf("src", "Aloft.Platform"))
        where Path.GetFileName(folder) is not ("bin" or "obj" or "Kernel") && !File.Exists(Path.Combine(folder, "README.md"))
        select folder,
        "A slice has a short README.md.");

    static string SliceOf(SourceFile file) => file.Path.Split('/')[2];

    static int Rank(string slice) => Array.FindIndex(Order, row => row.Contains(slice));

    /// <summary>By <c>using</c>, by full name, and by a name relative to <c>Aloft.Platform</c>.</summary>
    static IEnumerable<string> NamedSlices(SourceFile file) =>
        FullName().Matches(file.Code).Concat(RelativeName().Matches(file.Code))
            .Select(match => match.Groups[1].Value)
            .Where(name => Rank(name) >= 0);

    [GeneratedRegex(@"\bAloft\.Platform\.(\w+)")]
    private static partial Regex FullName();

    [GeneratedRegex(@"(?<![\w.""])(Kernel|Cluster|Iam|CloudWatch|XRay|Front|Functions|Lambda|EventSources|StepFunctions|ApiGateway|CloudFormation)\.(?:[A-Z]\w*\.)+[A-Z]\w*")]
    private static partial Regex RelativeName();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
