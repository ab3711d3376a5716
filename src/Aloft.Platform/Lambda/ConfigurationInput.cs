using System.Text.Json;
using System.Text.RegularExpressions;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Functions.Standby;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>
/// The settings that CreateFunction and UpdateFunctionConfiguration have in common; null is what was not sent. Settings that Aloft
/// does not honour are accepted only at the values that mean nothing, which clients send by themselves.
/// </summary>
internal sealed partial record ConfigurationInput
{
    /// <summary>Settings of both operations that are refused by name unless they are empty: [], {}, "", false, or made of these.</summary>
    static readonly string[] OnlyEmpty =
        ["VpcConfig", "KMSKeyArn", "FileSystemConfigs", "ImageConfig"];

    readonly List<Members> nested = [];
    readonly Members input;

    ConfigurationInput(Members input) => this.input = input;

    public string? Runtime { get; private init; }
    public string? Handler { get; private init; }
    public string? Role { get; private init; }
    string? Description { get; init; }
    int? TimeoutSeconds { get; init; }
    int? MemoryMegabytes { get; init; }
    int? TmpMegabytes { get; set; }

    /// <summary>ARNs; see <see cref="FunctionLayers"/> for what they stand for.</summary>
    public IReadOnlyList<string>? Layers { get; private init; }

    string? TracingMode { get; set; }
    LoggingInput? Logging { get; set; }
    IReadOnlyDictionary<string, string>? Environment { get; set; }

    public static ConfigurationInput Read(Members input)
    {
        var read = new ConfigurationInput(input)
        {
            Runtime = RuntimeName.Take(input),
            Handler = input.OptionalString("Handler", max: Limits.HandlerLength, pattern: HandlerPattern()),
            Role = input.OptionalString("Role", pattern: RolePattern()),
            Description = input.OptionalString("Description", max: Limits.DescriptionLength),
            TimeoutSeconds = input.OptionalInt("Timeout", 1, Limits.MaxTimeoutSeconds),
            Layers = FunctionLayers.Read(input),
            MemoryMegabytes = input.OptionalInt("MemorySize", Limits.MinMemoryMegabytes, Limits.MaxMemoryMegabytes),
        };
        read.Environment = EnvironmentVariables.Read(input, read.nested);
        read.ReadNested();
        foreach (var name in OnlyEmpty)
            input.OnlyDefault(name, IsEmpty);
        return read;
    }

    void ReadNested()
    {
        if (Structure("EphemeralStorage") is { } storage)
            TmpMegabytes = (int)storage.RequiredLong("Size", Limits.MinTmpMegabytes, Limits.MaxTmpMegabytes);
        DeadLetterTarget.OnlyNone(Structure("DeadLetterConfig"));
        TracingMode = Structure("TracingConfig")?.OptionalString("Mode", among: ["Active", "PassThrough"]);
        Structure("SnapStart")?.OnlyDefault("ApplyOn", applyOn => Is(applyOn, "None"));
        if (Structure("LoggingConfig") is { } logging)
            Logging = LoggingInput.Read(logging);
    }

    Members? Structure(string name)
    {
        if (input.OptionalStructure(name) is not { } structure)
            return null;
        nested.Add(structure);
        return structure;
    }

    /// <summary>Ends the reading of the whole input: throws for every broken constraint, and for what nobody read.</summary>
    public void Done()
    {
        input.Done();
        foreach (var structure in nested)
            structure.Done();
        if (Environment is not null)
            EnvironmentVariables.Check(Environment);
    }

    /// <summary>What was sent, over what there was. Throws for a runtime that this node cannot run.</summary>
    public FunctionVersion ApplyTo(FunctionVersion current) => current with
    {
        Runtime = Runtime ?? current.Runtime,
        Handler = Handler ?? current.Handler,
        Role = Role ?? current.Role,
        Description = Description ?? current.Description,
        Timeout = TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : current.Timeout,
        MemoryMegabytes = MemoryMegabytes ?? current.MemoryMegabytes,
        TmpMegabytes = TmpMegabytes ?? current.TmpMegabytes,
        TracingMode = TracingMode ?? current.TracingMode,
        LogGroup = Logging?.Group ?? current.LogGroup,
        Logging = Logging?.Over(current.Logging) ?? current.Logging,
        Environment = Environment ?? current.Environment,
    };

    public void CheckRuntime(RuntimeCatalog runtimes)
    {
        if (Runtime is not null)
            RuntimeName.CheckRunsHere(Runtime, runtimes);
    }

    public static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.String => value.GetString()!.Length == 0,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => value.EnumerateObject().All(member => IsEmpty(member.Value)),
        _ => false,
    };

    public static bool Is(JsonElement value, string text) => value.ValueKind == JsonValueKind.String && value.GetString() == text;

    [GeneratedRegex(@"^[^\s]+\z")]
    private static partial Regex HandlerPattern();

    [GeneratedRegex(@"^arn:(aws[a-zA-Z-]*)?:iam::[0-9]{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+\z")]
    private static partial Regex RolePattern();
}
