using System.Security.Cryptography;

namespace Aloft.Platform.Functions.History;

/// <summary>What went through a stream, to compare it with another time: the bytes themselves, or the digest of many. One writer.</summary>
sealed class StreamedCopy
{
    readonly List<byte[]> kept = [];
    IncrementalHash? hash;
    byte[]? digest;

    internal long Length { get; private set; }

    /// <param name="piece">Not changed afterwards.</param>
    internal void Add(byte[] piece)
    {
        Length += piece.Length;
        if (hash is null)
            kept.Add(piece);
        else
            hash.AppendData(piece);
        if (hash is null && Length > Limits.StreamedAnswerBytes)
        {
            hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            kept.ForEach(hash.AppendData);
            kept.Clear();
        }
    }

    /// <summary>Null when it was too long to be kept.</summary>
    internal byte[]? Whole()
    {
        if (hash is not null)
            return null;
        var (whole, at) = (new byte[Length], 0);
        foreach (var piece in kept)
        {
            piece.CopyTo(whole, at);
            at += piece.Length;
        }
        return whole;
    }

    /// <summary>SHA-256 of what was too long to be kept; else null. To be asked for at the end.</summary>
    internal byte[]? Digest()
    {
        if (hash is null || digest is not null)
            return digest;
        digest = hash.GetHashAndReset();
        hash.Dispose();
        return digest;
    }
}
