namespace Aloft.Platform.Functions.Standby;

/// <summary>The languages whose runtimes Aloft brings, and the custom ones.</summary>
public enum Language { Node, Python, Dotnet, Custom }

/// <summary>An interpreter found on this machine.</summary>
/// <param name="Version">As it tells: <c>20.20.2</c>. Empty for <see cref="Language.Custom"/>.</param>
/// <param name="Path">Absolute path of the interpreter. Empty where the function brings its own.</param>
public sealed record InstalledRuntime(Language Language, Version Version, string Path);

/// <summary>What a requested runtime runs on here.</summary>
/// <param name="Requested"><c>nodejs22.x</c></param>
/// <param name="Exact">The installed version is the requested one.</param>
public sealed record RuntimeChoice(string Requested, InstalledRuntime Installed, bool Exact)
{
    /// <summary>For people and for INIT_START: <c>nodejs 20.20.2</c>, <c>provided.al2023</c>.</summary>
    public string Actual => Installed.Language switch
    {
        Language.Node => $"nodejs {Installed.Version}",
        Language.Python => $"python {Installed.Version}",
        Language.Dotnet => $"dotnet {Installed.Version}",
        _ => IsProgram ? $"dotnet {Installed.Version}" : Requested,
    };

    /// <summary>What a runtime version's ARN ends in: <c>nodejs-20.20.2</c>.</summary>
    public string Id => Actual.Replace(' ', '-');

    /// <summary>
    /// What runs a function of this handler: one of .NET that names an assembly and no method is a program with a Runtime API client of its
    /// own, run as a custom runtime's is. https://docs.aws.amazon.com/lambda/latest/dg/csharp-handler.html
    /// </summary>
    public RuntimeChoice For(string handler) => Installed.Language == Language.Dotnet && !handler.Contains("::", StringComparison.Ordinal)
        ? this with { Installed = Installed with { Language = Language.Custom } }
        : this;

    /// <summary>A custom runtime that <see cref="InstalledRuntime.Path"/> runs, instead of the package's <c>bootstrap</c>.</summary>
    public bool IsProgram => Installed is { Language: Language.Custom, Path.Length: > 0 };
}

/// <summary>Which runtimes this machine has, and which of them serves a requested one.</summary>
public sealed class RuntimeCatalog(IReadOnlyList<InstalledRuntime> installed, bool strict)
{
    /// <summary>Runtime identifiers of AWS's model that Aloft can run: <c>nodejs*</c>, <c>python3.*</c>, <c>dotnet*</c>, <c>provided*</c>.</summary>
    public static bool IsKnown(string runtime) => LanguageOf(runtime) is not null;

    public IReadOnlyList<InstalledRuntime> Installed => installed;

    /// <summary>One runtime of each language that this machine can run, the newest: what standbys are kept for from the start.</summary>
    public IEnumerable<InstalledRuntime> Defaults => installed
        .GroupBy(runtime => runtime.Language)
        .Select(language => language.MaxBy(runtime => runtime.Version)!)
        .Append(Custom);

    /// <summary>The installed runtime nearest to the requested one of its language; null when there is none, or none exact and runtimes are strict.</summary>
    public RuntimeChoice? Resolve(string requested) => Choices(requested).FirstOrDefault();

    /// <summary>All that may run the requested one, the nearest and newest first.</summary>
    internal IEnumerable<RuntimeChoice> Choices(string requested)
    {
        if (LanguageOf(requested) is not { } language)
            return [];
        if (language == Language.Custom)
            return [new(requested, Custom, Exact: true)];

        var wanted = WantedVersion(requested);
        return installed
            .Where(candidate => candidate.Language == language)
            .OrderBy(candidate => Distance(candidate.Version, wanted))
            .ThenByDescending(candidate => candidate.Version)
            .Select(candidate => new RuntimeChoice(requested, candidate, Exact: Distance(candidate.Version, wanted) == 0))
            .Where(choice => choice.Exact || !strict);
    }

    static readonly InstalledRuntime Custom = new(Language.Custom, new Version(0, 0), "");

    /// <summary>Null for a runtime that Aloft cannot run.</summary>
    public static Language? LanguageOf(string runtime) =>
        runtime.StartsWith("nodejs", StringComparison.Ordinal) ? Language.Node
        : runtime.StartsWith("python3.", StringComparison.Ordinal) ? Language.Python
        : runtime.StartsWith("dotnet", StringComparison.Ordinal) && !runtime.StartsWith("dotnetcore", StringComparison.Ordinal) ? Language.Dotnet
        : runtime is "provided" or "provided.al2" or "provided.al2023" ? Language.Custom
        : null;

    /// <summary><c>nodejs20.x</c> wants 20; <c>dotnet8</c> wants 8; <c>python3.12</c> wants 3.12. A minor of Node or .NET does not count.</summary>
    static Version WantedVersion(string runtime)
    {
        var digits = runtime.AsSpan(runtime.IndexOfAny(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])).TrimEnd(".x");
        return Version.TryParse(digits.Contains('.') ? digits.ToString() : $"{digits}.0", out var version) ? version : new Version(0, 0);
    }

    static int Distance(Version installed, Version wanted) =>
        wanted.Major == 3
            ? Math.Abs(installed.Major - 3) * 1000 + Math.Abs(installed.Minor - wanted.Minor) // Python: the minor is the release
            : Math.Abs(installed.Major - wanted.Major); // Node, .NET: the major is
}
