using Aloft.Platform.Functions.Code;
using Aloft.Platform.Functions.Layers;
using Aloft.Wire;

namespace Aloft.Platform.Functions.Registry;

/// <summary>Names a function on this cloud.</summary>
public sealed record FunctionKey(string Account, string Region, string Name)
{
    public Arn Arn => Arn.Of("lambda", Region, Account, $"function:{Name}");

    /// <summary><see cref="Arn"/> as text, made once: every invocation sends it.</summary>
    public string Text => field ??= Arn.ToString();

    /// <summary>By its three parts: a record's own equality would count what <see cref="Text"/> has kept.</summary>
    public bool Equals(FunctionKey? other) => other is not null && Name == other.Name && Account == other.Account && Region == other.Region;

    public override int GetHashCode() => HashCode.Combine(Account, Region, Name);
}

/// <summary>
/// What one invocation runs: an immutable picture of a published version or of a revision of <c>$LATEST</c>. A change makes a new
/// one with a new <see cref="RevisionId"/>; instances of the old one finish what they run and are retired.
/// </summary>
public sealed record FunctionVersion
{
    public const string Latest = "$LATEST";

    public required FunctionKey Key { get; init; }

    /// <summary><c>$LATEST</c> or a positive number.</summary>
    public required string Version { get; init; }

    /// <summary>A UUID, new with every change.</summary>
    public required string RevisionId { get; init; }

    /// <summary>As the user asked for it: <c>nodejs20.x</c>, <c>python3.12</c>, <c>provided.al2023</c>.</summary>
    public required string Runtime { get; init; }

    public required string Handler { get; init; }

    public required string Role { get; init; }

    public string Description { get; init; } = "";

    /// <summary>Lower-case hex of the package's SHA-256: its address in the blob store and of its unpacked folder.</summary>
    public required string CodeDigest { get; init; }

    /// <summary><see cref="CodeDigest"/> as the API gives it: in base64.</summary>
    public string CodeSha256 => Convert.ToBase64String(Convert.FromHexString(CodeDigest));

    /// <summary>Bytes of the zip.</summary>
    public required long CodeSize { get; init; }

    /// <summary>128 to 10,240.</summary>
    public int MemoryMegabytes { get; init; } = 128;

    /// <summary>1 s to 900 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Size of /tmp, 512 to 10,240.</summary>
    public int TmpMegabytes { get; init; } = 512;

    public string Architecture { get; init; } = "x86_64";

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new SortedDictionary<string, string>();

    /// <summary><c>/aws/lambda/NAME</c> unless LoggingConfig says otherwise.</summary>
    public required string LogGroup { get; init; }

    public LogSettings Logging { get; init; } = LogSettings.Text;

    /// <summary><c>Active</c> or <c>PassThrough</c>.</summary>
    public string TracingMode { get; init; } = "PassThrough";

    public RuntimeUpdates RuntimeUpdates { get; init; } = RuntimeUpdates.Auto;

    /// <summary>What is shown at /opt, later ones over earlier ones; at most five.</summary>
    public IReadOnlyList<FunctionLayer> Layers { get; init; } = [];

    /// <summary>Of everything that runs it: its package, and <see cref="DigestsOf"/> its layers.</summary>
    public IEnumerable<string> Digests => [CodeDigest, .. DigestsOf(Layers)];

    /// <summary>Of the layers' packages, and of the folder that shows them together.</summary>
    public static IReadOnlyList<string> DigestsOf(IReadOnlyList<FunctionLayer> layers)
    {
        var packages = layers.Select(layer => layer.Digest).ToList();
        return LayerStack.Digest(packages) is { } stack ? [.. packages, stack] : [];
    }

    public required DateTimeOffset LastModified { get; init; }

    public FunctionState State { get; init; } = FunctionState.Active;

    public UpdateStatus LastUpdateStatus { get; init; } = UpdateStatus.Successful;

    /// <summary>Why <see cref="State"/> or <see cref="LastUpdateStatus"/> is <c>Failed</c>; else null.</summary>
    public ActivationFailure? Failure { get; init; }

    /// <summary>Created or changed, and the new state is not ready to run yet.</summary>
    public bool IsSettling => State == FunctionState.Pending || LastUpdateStatus == UpdateStatus.InProgress;
}

/// <param name="Code">One of AWS's StateReasonCode values, such as <c>InternalError</c>.</param>
public sealed record ActivationFailure(string Code, string Reason);

/// <summary>Persisted by name. https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html</summary>
public enum FunctionState { Pending, Active, Inactive, Failed }

/// <summary>Persisted by name.</summary>
public enum UpdateStatus { InProgress, Successful, Failed }
