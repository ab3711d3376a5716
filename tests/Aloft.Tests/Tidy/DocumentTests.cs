using System.Text.RegularExpressions;
using Aloft.Tests.EndToEnd;

namespace Aloft.Tests.Tidy;

/// <summary>Documents tell the truth about this repository.</summary>
public sealed partial class DocumentTests
{
    static readonly string[] TopFolders = ["src", "tests", "docs", "bench", "examples", "runtimes", ".ci"];

    static IReadOnlyList<SourceFile> Documents => [.. SourceTree.Everything.Where(file => file.Path.EndsWith(".md", StringComparison.Ordinal))];

    [Fact]
    public void Linked_file_exists() => SourceTree.None(
        from document in Documents
        from link in Link().Matches(document.Text)
        let target = link.Groups[1].Value.Split('#')[0]
        where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal)
        where !Exists(Path.Combine(Path.GetDirectoryName(document.Path)!, target))
        select $"{document} links to {target}",
        "A link leads somewhere.");

    [Fact]
    public void Named_path_exists() => SourceTree.None(
        from document in Documents
        from code in Backticked().Matches(document.Text)
        let path = code.Groups[1].Value.TrimEnd('/')
        where TopFolders.Any(top => path.StartsWith($"{top}/", StringComparison.Ordinal)) && PlainPath().IsMatch(path) && !Exists(path)
        select $"{document} names {path}",
        "A path that a document names is there.");

    [Fact]
    public void Member_is_in_the_file_that_it_is_said_to_be_in() => SourceTree.None(
        from document in Documents
        from place in MemberAndFile().Matches(document.Text)
        let path = Repository.PathOf(place.Groups[2].Value)
        where File.Exists(path) && !Regex.IsMatch(File.ReadAllText(path), $@"\b{place.Groups[1].Value}\b")
        select $"{document} looks for {place.Groups[1].Value} in {place.Groups[2].Value}",
        "What a document names is where it says.");

    [Fact]
    public void Promise_has_a_test_or_a_benchmark_that_exists()
    {
        var rows = File.ReadLines(Repository.PathOf("SPECIFICATION.md")).Where(line => PromiseRow().IsMatch(line)).ToList();
        Assert.NotEmpty(rows);
        SourceTree.None(
            from row in rows
            where !Backticked().Matches(row).Any(code => Shows(code.Groups[1].Value))
            select row,
            "None without its test or benchmark.");
    }

    static bool Shows(string evidence) =>
        evidence.StartsWith("./bench/run ", StringComparison.Ordinal)
            ? File.Exists(Repository.PathOf("bench", "run"))
            : evidence.StartsWith("tests/", StringComparison.Ordinal) && Exists(evidence);

    static bool Exists(string path) =>
        File.Exists(Repository.PathOf(path)) || Directory.Exists(Repository.PathOf(path));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Backticked();

    /// <summary>`Done()` in `src/Aloft.Wire/Members.cs`.</summary>
    [GeneratedRegex(@"`(\w+)(?:\(\))?` in `([\w./\-]+)`")]
    private static partial Regex MemberAndFile();

    [GeneratedRegex(@"^[\w./\-]+$")]
    private static partial Regex PlainPath();

    [GeneratedRegex(@"^\| [A-Z]\d+ ")]
    private static partial Regex PromiseRow();
}
