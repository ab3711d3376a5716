using System.Reflection;
using Aloft.Platform.Functions.Standby;
using Xunit.Sdk;

namespace Aloft.Tests.Runtimes;

/// <summary>Where this machine's interpreters are, and the repository's runtimes.</summary>
internal static class Interpreters
{
    public static string Repository { get; } = FindRepository();

    public static string? PathOf(Language language) => language switch
    {
        Language.Node => Find("node"),
        Language.Python => Find("python3"),
        Language.Dotnet => Dotnet,
        _ => Find("sh"),
    };

    /// <summary>The command of runtimes/CHANNEL.md, with this machine's paths.</summary>
    public static string[] CommandOf(Language language) => language switch
    {
        Language.Node =>
        [
            PathOf(language)!, "--max-old-space-size=10240", "--initial-old-space-size=16", "--min-semi-space-size=4",
            Path.Combine(Repository, "runtimes/node/bootstrap.js"),
        ],
        Language.Dotnet => ["/usr/bin/env", "DOTNET_GCHeapHardLimit=0x280000000", "DOTNET_EnableDiagnostics=0", Dotnet, DotnetRuntime],
        Language.Python => [PathOf(language)!, "-I", Path.Combine(Repository, "runtimes/python/bootstrap.py")],
        _ => [PathOf(language)!, Path.Combine(Repository, "runtimes/custom/bootstrap.sh")],
    };

    /// <summary>The one that runs the tests' own host.</summary>
    static string Dotnet { get; } = Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));

    static string DotnetRuntime { get; } = Path.Combine(AppContext.BaseDirectory, "runtimes/dotnet/aloft-runtime.dll");

    public static string? Find(string program) =>
        new[] { "/usr/bin", "/bin", "/usr/local/bin" }.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    static string FindRepository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Aloft.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run within the repository.");
        return folder;
    }
}

/// <summary>Runs a theory for Node; says so where it cannot.</summary>
internal sealed class NodeAttribute(params object[] values) : LanguageAttribute(Language.Node, values);

/// <summary>Runs a theory for Python; says so where it cannot.</summary>
internal sealed class PythonAttribute(params object[] values) : LanguageAttribute(Language.Python, values);

/// <summary>Runs a theory for custom runtimes; says so where it cannot.</summary>
internal sealed class CustomAttribute(params object[] values) : LanguageAttribute(Language.Custom, values);

/// <summary>A row of a theory: the language, then the values. Skipped with its reason where the interpreter is absent.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal abstract class LanguageAttribute(Language language, object[] values) : DataAttribute
{
    public override string? Skip
    {
        get => Interpreters.PathOf(language) is null ? $"{language} is not installed here: its runtime is NOT TESTED." : null;
        set => throw new NotSupportedException();
    }

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[language, .. values]];
}

/// <summary>A test that needs programs; skipped with its reason where one is absent.</summary>
internal sealed class NeedsAttribute : FactAttribute
{
    public NeedsAttribute(params string[] programs)
    {
        var absent = programs.Where(program => Interpreters.Find(program) is null).ToArray();
        if (absent.Length > 0)
            Skip = $"{string.Join(", ", absent)} not installed here: NOT TESTED.";
    }
}
