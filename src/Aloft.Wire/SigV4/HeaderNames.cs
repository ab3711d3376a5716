using System.Collections.Frozen;

namespace Aloft.Wire.SigV4;

/// <summary>The names that clients sign, so that the list of a request costs no new strings.</summary>
static class HeaderNames
{
    internal const string Authorization = "Authorization";
    internal const string ContentSha256 = "x-amz-content-sha256";
    internal const string Date = "x-amz-date";
    internal const string SecurityToken = "x-amz-security-token";

    static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Known = FrozenSet.ToFrozenSet(
        [
            "host", Date, ContentSha256, SecurityToken, "content-type", "content-length", "content-md5", "content-encoding", "accept",
            "accept-encoding", "user-agent", "range", "x-amz-target", "x-amz-user-agent", "x-amz-client-context",
            "x-amz-invocation-type", "x-amz-log-type", "amz-sdk-invocation-id", "amz-sdk-request", "x-amz-api-version",
            "x-amzn-trace-id", "x-amz-sdk-checksum-algorithm", "x-amz-checksum-crc32",
        ]).GetAlternateLookup<ReadOnlySpan<char>>();

    internal static string Text(ReadOnlySpan<char> name) => Known.TryGetValue(name, out var known) ? known : name.ToString();
}
