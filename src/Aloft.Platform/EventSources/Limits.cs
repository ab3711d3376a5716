namespace Aloft.Platform.EventSources;

/// <summary>https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html</summary>
internal static class Limits
{
    /// <summary>After a function error: "two more times, with a one-minute wait before the second attempt and two minutes before the third".</summary>
    public static readonly IReadOnlyList<TimeSpan> Retries = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2)];

    /// <summary>Events of one function under way at once on one node; what waits is in memory or in the table.</summary>
    public const int AtOncePerTarget = 64;

    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan RemoveEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>How deep an event may be nested, as Invoke allows it.</summary>
    public const int PayloadDepth = 512;

    /// <summary>Claimed in one statement; the next follows while memory has room. So many of the largest payloads fit into it.</summary>
    public const int ClaimAtMost = 128;

    public const int RemoveAtMost = 1_000;

    /// <summary>Throttles and system errors: "from 1 second after the first attempt to a maximum of 5 minutes". A fifth of the event's age does that.</summary>
    public static TimeSpan Backoff(TimeSpan age) =>
        TimeSpan.FromSeconds(Math.Clamp(age.TotalSeconds / 5, 1, 300));
}
