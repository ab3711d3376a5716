using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Aloft.Wire;
using Aloft.Wire.SigV4;

namespace Aloft.Platform.Iam;

/// <summary>Temporary credentials that were issued, as read back from their token.</summary>
public sealed record Session(Credentials Credentials, string Account, string PrincipalArn, DateTimeOffset Expires);

/// <summary>
/// Issues temporary credentials and knows them again without a table: the session token says whose they are and until when, sealed
/// by an HMAC under a key that all nodes share, and access key id and secret are derived from that same key.
/// https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html
/// </summary>
/// <param name="key">At least 32 random bytes, kept secret and the same on every node and after every start.</param>
public sealed class SessionCredentials(ReadOnlyMemory<byte> key, TimeProvider clock)
{
    const byte Format = 1;
    const int AccountLength = 12;
    const int HeaderLength = 1 + sizeof(long) + AccountLength;
    const int SealLength = HMACSHA256.HashSizeInBytes;

    /// <summary>The longest principal ARN makes a token of half this.</summary>
    const int MaxTokenLength = 8_192;

    readonly byte[] key = key.Length >= 32 ? key.ToArray() : throw new ArgumentException("The key has at least 32 bytes.", nameof(key));

    /// <summary>The session in which a function acts for its role: <c>arn:aws:sts::ACCOUNT:assumed-role/ROLE/FUNCTION</c>.</summary>
    public Session IssueToFunction(string account, string roleArn, string functionName, TimeSpan lifetime) =>
        Issue(account, AssumedRole.ArnOf(PartitionOf(roleArn), account, AssumedRole.NameIn(roleArn), functionName), lifetime);

    static string PartitionOf(string roleArn) => Arn.TryParse(roleArn, out var role) ? role.Partition : "aws";

    public Session Issue(string account, string principalArn, TimeSpan lifetime)
    {
        if (!Caller.IsAccount(account))
            throw new ArgumentException("An account has 12 digits.", nameof(account));

        var principal = Encoding.UTF8.GetBytes(principalArn);
        var token = new byte[HeaderLength + principal.Length + SealLength];
        var expires = DateTimeOffset.FromUnixTimeSeconds((clock.GetUtcNow() + lifetime).ToUnixTimeSeconds());
        token[0] = Format;
        BinaryPrimitives.WriteInt64BigEndian(token.AsSpan(1), expires.ToUnixTimeSeconds());
        Encoding.ASCII.GetBytes(account, token.AsSpan(1 + sizeof(long)));
        principal.CopyTo(token, HeaderLength);
        Derive("session token", token.AsSpan(..^SealLength)).CopyTo(token, token.Length - SealLength);
        return Describe(token, Convert.ToBase64String(token));
    }

    /// <summary>Null when the token was not issued here. It may have expired: that is for the caller to judge.</summary>
    public Session? Open(string token)
    {
        var bytes = new byte[Math.Min(token.Length, MaxTokenLength)];
        if (token.Length > MaxTokenLength
            || !Convert.TryFromBase64String(token, bytes, out var length)
            || length <= HeaderLength + SealLength
            || bytes[0] != Format)
            return null;

        bytes = bytes[..length];
        var seal = Derive("session token", bytes.AsSpan(..^SealLength));
        return CryptographicOperations.FixedTimeEquals(seal, bytes.AsSpan(^SealLength..)) ? Describe(bytes, token) : null;
    }

    Session Describe(ReadOnlySpan<byte> token, string text)
    {
        var claims = token[..^SealLength];
        return new(
            new Credentials(
                "ASIA" + Base32.Text(Derive("access key id", claims), 16),
                Convert.ToBase64String(Derive("secret access key", claims))[..40],
                text),
            Encoding.ASCII.GetString(claims[(1 + sizeof(long))..HeaderLength]),
            Encoding.UTF8.GetString(claims[HeaderLength..]),
            DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(claims[1..])));
    }

    /// <summary>A different value for each purpose, so that what is shown to the client tells nothing about what is not.</summary>
    byte[] Derive(string purpose, ReadOnlySpan<byte> claims)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.UTF8.GetBytes(purpose));
        hmac.AppendData([0]);
        hmac.AppendData(claims);
        return hmac.GetHashAndReset();
    }
}
