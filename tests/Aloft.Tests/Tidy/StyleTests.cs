using System.Text.RegularExpressions;

namespace Aloft.Tests.Tidy;

/// <summary>The house style, as far as a machine can hold it.</summary>
public sealed partial class StyleTests
{
    const int LongestFile = 400;
    const int LongestLine = 160;

    [Fact]
    public void File_is_short() => SourceTree.None(
        from file in SourceTree.Of("src", ".cs").Concat(SourceTree.Of("tests", ".cs")).Concat(SourceTree.Of("runtimes", ".js", ".mjs", ".py"))
        where file.Lines.Length > LongestFile
        select $"{file}: {file.Lines.Length} lines",
        $"A file answers one question, in at most {LongestFile} lines.");

    [Fact]
    public void Most_files_are_under_300_lines()
    {
        var files = SourceTree.Of("src", ".cs");
        Assert.InRange(files.Count(file => file.Lines.Length > 300), 0, files.Count / 20);
    }

    [Fact]
    public void Line_is_narrow() => SourceTree.None(
        from file in SourceTree.Of("src", ".cs").Concat(SourceTree.Of("tests", ".cs")).Concat(SourceTree.Of("runtimes", ".js", ".mjs", ".py"))
        from line in file.Lines.Select((text, index) => (text, number: index + 1))
        where Width(file, line.text) > LongestLine && !line.text.Contains("https://", StringComparison.Ordinal)
        select $"{file}:{line.number}: {line.text.Length} characters",
        $"A line has at most {LongestLine} characters.");

    [Fact]
    public void Type_is_not_named_for_nothing() => SourceTree.None(
        from file in SourceTree.Of("src", ".cs")
        from type in TypeName().Matches(file.Code)
        where VagueName().IsMatch(type.Groups[1].Value)
        select $"{file}: {type.Groups[1].Value}",
        "Use the field's terms, not Manager, Helper, Util, Common, Base, Impl, …Service.");

    [Fact]
    public void Nothing_is_left_to_do() => SourceTree.None(
        from file in SourceTree.Of("src", ".cs", ".sql").Concat(SourceTree.Of("runtimes", ".js", ".mjs", ".py"))
        from line in file.Lines.Select((text, index) => (text, number: index + 1))
        where Unfinished().IsMatch(line.text)
        select $"{file}:{line.number}: {line.text.Trim()}",
        "What is there is done.");

    [Fact]
    public void Class_is_sealed() => SourceTree.None(
        from file in SourceTree.Of("src", ".cs")
        from type in OpenClass().Matches(file.Code)
        let name = type.Groups[1].Value
        where !SourceTree.Of("src", ".cs").Any(other => Regex.IsMatch(other.Code, $@":\s*(?:[\w<>, .]+,\s*)?{name}\b"))
        select $"{file}: {name}",
        "A class that nothing derives from is sealed.");

    [Fact]
    public void Native_calls_live_in_the_sandbox_project_and_where_SQLite_is_found() => SourceTree.None(
        from file in SourceTree.Of("src", ".cs")
        where NativeCall().IsMatch(file.Code) && !file.Path.StartsWith("src/Aloft.Sandbox/", StringComparison.Ordinal)
        select file.Path,
        "Native interop lives in Aloft.Sandbox alone.");

    [Fact]
    public void Warnings_are_not_silenced() => SourceTree.None(
        from file in SourceTree.Of("src", ".cs")
        where file.Code.Contains("#pragma warning disable", StringComparison.Ordinal) || file.Code.Contains("SuppressMessage", StringComparison.Ordinal)
        select file.Path,
        "A warning is heeded, not silenced.");

    [Fact]
    public void Test_does_not_sleep() => SourceTree.None(
        from file in SourceTree.Of("tests", ".cs")
        where file.Code.Contains("Thread.Sleep(", StringComparison.Ordinal) && !file.Path.Contains("/Tidy/", StringComparison.Ordinal)
        select file.Path,
        "Fake time, or wait for a condition with a deadline.");

    [Fact]
    public void No_registry_host_is_named() => SourceTree.None(
        from file in SourceTree.Everything
        where !file.Path.StartsWith("tests/Aloft.Tests/Tidy", StringComparison.Ordinal)
        from match in RegistryHost().Matches(file.Text)
        select $"{file}: {match.Value}",
        "Packages are fetched by name, with the clients as they are set up.");

    /// <summary>In tests a text that is input or expected output counts for nothing: cut in two it would be harder to read.</summary>
    static int Width(SourceFile file, string line) =>
        file.Path.StartsWith("tests/", StringComparison.Ordinal) ? Quoted().Replace(line, "").Length : line.Length;

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\b(?:class|record|struct|interface|enum)\s+(?:struct\s+|class\s+)?([A-Z]\w*)")]
    private static partial Regex TypeName();

    [GeneratedRegex("Manager|Helper|Util(?:s|ity|ities)?$|Common|Base$|Impl$|Service$")]
    private static partial Regex VagueName();

    [GeneratedRegex(@"\b(?:TODO|FIXME|XXX|HACK)\b|NotImplementedException")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"^\s*(?:public |internal |private )?class (\w+)", RegexOptions.Multiline)]
    private static partial Regex OpenClass();

    [GeneratedRegex(@"\[(?:LibraryImport|DllImport)\b")]
    private static partial Regex NativeCall();

    [GeneratedRegex(@"registry\.npmjs|registry\.yarnpkg|api\.nuget\.org|deb\.debian\.org|files\.pythonhosted|pypi\.org|proxy\.golang")]
    private static partial Regex RegistryHost();
}
