using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Aloft.Wire.SigV4;

/// <summary>
/// The keys derived from secrets, one for each day, region and service, kept because deriving one costs four HMACs.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#calculate-signing-key
/// </summary>
sealed class SigningKeys
{
    /// <summary>Beyond it the cache starts anew: a client that makes up regions costs time, never memory.</summary>
    internal const int Capacity = 1_000;

    readonly ConcurrentDictionary<(string Secret, string Date, string Region, string Service), byte[]> keys = new();

    internal byte[] Find(string secret, string date, string region, string service)
    {
        var name = (secret, date, region, service);
        if (keys.TryGetValue(name, out var key))
            return key;

        key = Derive(secret, date, region, service);
        if (keys.Count >= Capacity)
            keys.Clear();
        keys[name] = key;
        return key;
    }

    internal static byte[] Derive(string secret, string date, string region, string service)
    {
        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in (ReadOnlySpan<string>)[date, region, service, "aws4_request"])
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        return key;
    }
}
