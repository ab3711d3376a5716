using Aloft.Wire;

namespace Aloft.Platform.CloudWatch;

/// <summary>Which log group, in which account and region.</summary>
readonly record struct LogGroupKey(string Account, string Region, string Name)
{
    /// <summary>As in tags and <c>logGroupIdentifier</c>; IAM policies and older clients want <c>:*</c> behind it.</summary>
    internal Arn Arn => Wire.Arn.Of("logs", Region, Account, $"log-group:{Name}");
}

/// <param name="Id">Given at creation and never again: a group that is deleted and made anew has another.</param>
/// <param name="CreatedMs">ms since 1970.</param>
/// <param name="RetentionDays">Null: events never expire.</param>
/// <param name="StoredBytes">What its chunks take in the database.</param>
sealed record LogGroup(long Id, string Name, long CreatedMs, int? RetentionDays, long StoredBytes)
{
    /// <summary>Events before this time have expired, whether or not their chunk is gone yet.</summary>
    internal long ExpiredBeforeMs(DateTimeOffset now) =>
        RetentionDays is { } days ? (now - TimeSpan.FromDays(days)).ToUnixTimeMilliseconds() : 0;
}

/// <summary>Which log stream.</summary>
readonly record struct LogStreamKey(LogGroupKey Group, string Name);

/// <param name="FirstEventMs">0 while there is no event.</param>
/// <param name="LastIngestionMs">When events came in last; 0 while there is no event.</param>
sealed record LogStream(long Id, string Name, long CreatedMs, long FirstEventMs, long LastEventMs, long LastIngestionMs);
