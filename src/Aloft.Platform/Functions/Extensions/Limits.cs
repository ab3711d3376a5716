namespace Aloft.Platform.Functions.Extensions;

/// <summary>AWS's own: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html, telemetry-api-reference.html</summary>
internal static class Limits
{
    /// <summary>Extensions that may register with one instance, external and internal together.</summary>
    public const int Extensions = 10;

    /// <summary>How long the shutdown phase may take where an external extension has registered, and where only internal ones have.</summary>
    public static readonly TimeSpan ShutdownWithExternal = TimeSpan.FromSeconds(2);

    public static readonly TimeSpan ShutdownWithInternal = TimeSpan.FromMilliseconds(500);

    /// <summary>The part of <see cref="ShutdownWithExternal"/> that the runtime is waited for; the rest is the extensions'.</summary>
    public static readonly TimeSpan RuntimeShutdown = TimeSpan.FromMilliseconds(300);

    /// <summary>The part of it in which records that wait are delivered, before the extensions are told to end.</summary>
    public static readonly TimeSpan LastDelivery = TimeSpan.FromMilliseconds(300);

    /// <summary>A request's body, in bytes: a subscription or an error with its stack trace.</summary>
    public const int BodyBytes = 256 * 1024;

    /// <summary>An extension's name, in characters: that of a file.</summary>
    public const int NameCharacters = 255;

    /// <summary>Records that wait for one subscriber, whatever their size.</summary>
    public const int RecordsHeld = 20_000;

    /// <summary>Records of an init phase that are kept for those who have not subscribed yet.</summary>
    public const int EarlyRecords = 1000;

    /// <summary>The bytes of these records. What is beyond either is counted, and told as dropped.</summary>
    public const int EarlyBytes = 1024 * 1024;

    /// <summary>One delivery of telemetry, from connecting to the answer's head.</summary>
    public static readonly TimeSpan Delivery = TimeSpan.FromSeconds(5);

    /// <summary>So many times a batch is offered; then it is dropped, and the next one tells so.</summary>
    public const int DeliveryAttempts = 4;

    /// <summary>Between two offers; doubled each time.</summary>
    public static readonly TimeSpan DeliveryBackoff = TimeSpan.FromMilliseconds(100);
}
