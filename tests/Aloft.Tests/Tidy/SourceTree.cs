using System.Text.RegularExpressions;
using Aloft.Tests.EndToEnd;

namespace Aloft.Tests.Tidy;

/// <summary>A source file as text, with its path from the root.</summary>
internal sealed record SourceFile(string Path, string Text)
{
    public string[] Lines { get; } = Text.Split('\n');

    /// <summary>Without comments, so that a rule about code does not see prose.</summary>
    public string Code { get; } = Regex.Replace(Text, @"^\s*//.*$|(?<=\s)// .*$|/\*.*?\*/", "", RegexOptions.Multiline);

    public override string ToString() => Path;
}

/// <summary>The files that git tracks or would track, as the tidy rules see them.</summary>
internal static class SourceTree
{
    static readonly string[] Generated = ["bin", "obj", "node_modules", ".git", "TestResults", "artifacts", ".aloft", "__pycache__"];

    public static IReadOnlyList<SourceFile> Of(string folder, params string[] extensions) =>
        [.. Walk(new DirectoryInfo(Repository.PathOf(folder)))
            .Where(file => extensions.Contains(file.Extension))
            .Select(file => new SourceFile(Path.GetRelativePath(Repository.Root, file.FullName), File.ReadAllText(file.FullName)))
            .OrderBy(file => file.Path, StringComparer.Ordinal)];

    /// <summary>Every text file of the repository.</summary>
    public static IReadOnlyList<SourceFile> Everything =>
        Of(".", ".cs", ".csproj", ".props", ".slnx", ".md", ".js", ".mjs", ".py", ".sh", ".sql", ".json", ".yaml", ".yml", ".txt", "");

    static IEnumerable<FileInfo> Walk(DirectoryInfo folder) =>
        folder.EnumerateFiles().Concat(
            folder.EnumerateDirectories().Where(one => !Generated.Contains(one.Name) && one.LinkTarget is null).SelectMany(Walk));

    /// <summary>Fails with one line for each offender.</summary>
    public static void None(IEnumerable<string> offenders, string rule)
    {
        var found = offenders.ToList();
        Assert.True(found.Count == 0, $"{rule}\n{string.Join('\n', found)}");
    }
}
