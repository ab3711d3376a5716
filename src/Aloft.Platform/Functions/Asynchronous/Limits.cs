namespace Aloft.Platform.Functions.Asynchronous;

/// <summary>https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html, and what is ours says so.</summary>
internal static class Limits
{
    public const int DefaultRetries = 2;

    public static readonly TimeSpan DefaultAge = TimeSpan.FromHours(6);

    /// <summary>AWS lets a function run some 16 times in one chain of requests and stops the next. Ours are exactly 16.</summary>
    public const int RunsInOneChain = 16;

    /// <summary>Ours: functions that a chain's header tells apart. A longer chain forgets those that it met first.</summary>
    public const int FunctionsInLineage = 64;

    /// <summary>Ours: settings kept in memory, some hundred bytes each.</summary>
    public const int KeptSettings = 20_000;
}
