using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Aloft.Platform.Functions.Registry;

namespace Aloft.Platform.Functions.Asynchronous;

/// <summary>
/// How often a chain of invocations has come to each function, as the trace header carries it: <c>Lineage=a87bd80c:1|68fd508a:5</c>,
/// for each function a digest of its ARN and the number of its runs. The AWS SDKs inside a function send on the header that it ran
/// with. https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
/// </summary>
/// <param name="Header">The trace header with which the function is to run.</param>
/// <param name="Runs">The function's runs in this chain, this one included.</param>
public readonly record struct Lineage(string Header, int Runs)
{
    const string Field = "Lineage=";

    public bool IsLoop => Runs > Limits.RunsInOneChain;

    public static bool IsIn(string header) => header.Contains(Field, StringComparison.OrdinalIgnoreCase);

    /// <summary>The chain that came with <paramref name="header"/>, one run of the function longer. A header without lineage begins one.</summary>
    public static Lineage Enter(string header, FunctionKey function)
    {
        var fields = header.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToList();
        var at = fields.FindIndex(field => field.StartsWith(Field, StringComparison.OrdinalIgnoreCase));
        var met = at < 0 ? [] : Parse(fields[at][Field.Length..]);

        var self = Digest(function);
        var runs = 1;
        if (met.FindIndex(entry => entry.Digest == self) is >= 0 and var before)
        {
            runs = met[before].Runs + 1;
            met.RemoveAt(before);
        }
        met.Add((self, runs)); // last is newest
        if (met.Count > Limits.FunctionsInLineage)
            met.RemoveAt(0);

        var text = Field + string.Join('|', met.Select(entry => $"{entry.Digest}:{entry.Runs}"));
        if (at < 0)
            fields.Add(text);
        else
            fields[at] = text;
        return new(string.Join(';', fields), runs);
    }

    /// <summary>A trace of its own for what came without one: the same for all attempts at an event. Not sampled.</summary>
    public static string NewTrace(Guid requestId, DateTimeOffset createdAt)
    {
        Span<char> id = stackalloc char[32];
        requestId.TryFormat(id, out _, "N");
        return string.Create(
            CultureInfo.InvariantCulture, stackalloc char[96], $"Root=1-{(uint)createdAt.ToUnixTimeSeconds():x8}-{id[..24]};Parent={id[16..]};Sampled=0");
    }

    /// <summary>What is no entry is left out: anybody can send such a header.</summary>
    static List<(string Digest, int Runs)> Parse(string text)
    {
        var entries = new List<(string, int)>();
        foreach (var entry in text.Split('|').TakeLast(Limits.FunctionsInLineage))
            if (entry.Split(':') is [{ Length: 8 } digest, var count]
                && ushort.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var runs))
                entries.Add((digest, runs));
        return entries;
    }

    static string Digest(FunctionKey function)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(function.Text), hash);
        return BinaryPrimitives.ReadUInt32BigEndian(hash).ToString("x8", CultureInfo.InvariantCulture);
    }
}
