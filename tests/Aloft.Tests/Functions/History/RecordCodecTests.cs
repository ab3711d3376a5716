using System.Text;
using Aloft.Platform.CloudWatch.Chunks;
using Aloft.Platform.Functions.History;
using FsCheck;
using FsCheck.Fluent;

namespace Aloft.Tests.Functions.History;

public sealed class RecordCodecTests
{
    static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    static Gen<TimeSpan> Time => Gen.Choose(0, int.MaxValue).Select(ticks => new TimeSpan(ticks));

    static Gen<string> Text => Gen.Elements("", "prod", "Root=1-2-3;Sampled=1", "Ünïcode €", new string('x', 300));

    static Gen<byte[]> Bytes => Gen.Choose(0, 200).SelectMany(length => Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf(length));

    static readonly Gen<(InvocationFigures Figures, InvocationContent? Content)> Records =
        from ms in Gen.Choose(-5_000, 5_000)
        from id in Gen.Choose(1, int.MaxValue)
        from source in Gen.Elements(Enum.GetValues<InvocationSource>())
        from duration in Time
        from init in Gen.OneOf(Gen.Constant((TimeSpan?)null), Time.Select(time => (TimeSpan?)time))
        from cpu in Time
        from error in Gen.Elements(null, "TypeError", "Sandbox.Timedout", "Функция")
        from theEvent in Bytes
        from answer in Gen.OneOf(Gen.Constant((byte[]?)null), Bytes.Select(bytes => (byte[]?)bytes))
        from digest in Gen.OneOf(Gen.Constant((byte[]?)null), Gen.Constant((byte[]?)new byte[32]))
        from text in Text
        from other in Text
        from kept in Gen.Elements(true, false)
        from streamed in Gen.Elements(true, false)
        let figures = new InvocationFigures(
            new Guid(id, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]), Start.AddMilliseconds(ms), source, duration, init, cpu, id, error, theEvent.Length,
            answer?.Length ?? 12_345, streamed)
        let whole = answer is null ? default(ReadOnlyMemory<byte>?) : new ReadOnlyMemory<byte>(answer)
        select (figures, kept ? new InvocationContent(theEvent, text, other, text, other, whole, digest) : (InvocationContent?)null);

    [Fact]
    public void What_is_written_is_read_in_the_same_order() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(Records.ArrayOf().ToArbitrary(), records =>
        {
            var writer = new RecordWriter();
            foreach (var (figures, content) in records)
                writer.Append(figures, content);
            var chunk = writer.Finish(1);
            Assert.Equal(records.Select(Told), Read(chunk));
            Assert.Equal(records.Length, chunk.Sums.Invocations);
            if (records.Length > 0)
                Assert.Equal(
                    (records.Min(one => one.Figures.EndedAt), records.Max(one => one.Figures.EndedAt)),
                    (DateTimeOffset.FromUnixTimeMilliseconds(chunk.FirstMs), DateTimeOffset.FromUnixTimeMilliseconds(chunk.LastMs)));
        }));

    static List<string> Read(RecordChunk chunk)
    {
        var reader = new RecordReader(chunk.Figures, ChunkCompression.Unpack(chunk.Format, chunk.Payloads, chunk.RawBytes));
        var read = new List<string>();
        while (reader.MoveNext())
            read.Add(Told((reader.Figures, reader.Content)));
        return read;
    }

    static string Told((InvocationFigures Figures, InvocationContent? Content) one) => one.Content is not { } content
        ? one.Figures.ToString()
        : $"{one.Figures} {Hex(content.Event)} {content.Qualifier} {content.ClientContext} {content.TraceId} {content.ContentType} "
            + $"{(content.Answer is { } answer ? Hex(answer) : "none")} {(content.AnswerDigest is { } digest ? Hex(digest) : "none")}";

    static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexString(bytes.Span);

    /// <summary>What is stored must stay readable: a change of these bytes needs a new format.</summary>
    [Fact]
    public void The_stored_form_is_frozen()
    {
        var writer = new RecordWriter();
        writer.Append(
            new(Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), Start, InvocationSource.Url, new(123_456), new(1000), new(300), 1 << 20, "E", 2, 3, true),
            new InvocationContent("{}"u8.ToArray(), "v", "", "t", "c", "abc"u8.ToArray(), null));
        var chunk = writer.Finish(1);
        Assert.Equal("00112233445566778899AABBCCDDEEFF90B2CCCAEF662F02C0C407AC02808040E8070145" + "0203", Convert.ToHexString(chunk.Figures));
        Assert.Equal("7B7D" + "0176" + "00" + "0174" + "0163" + "616263", Convert.ToHexString(chunk.Payloads));
        Assert.Equal((0, 1, 2, 3), ((int)InvocationSource.Api, (int)InvocationSource.Event, (int)InvocationSource.Url, (int)InvocationSource.Replay));
    }

    [Fact]
    public void Bytes_that_are_no_chunk_are_an_error_and_not_an_empty_answer()
    {
        Assert.Throws<InvalidDataException>(() => new RecordReader(new byte[20], default).MoveNext());
        Assert.Throws<InvalidDataException>(() => new RecordReader([.. new byte[16], .. Enumerable.Repeat((byte)0xFF, 20)], default).MoveNext());
    }

    [Fact]
    public void A_stream_is_kept_whole_up_to_a_bound_and_known_by_its_digest_beyond()
    {
        var small = new StreamedCopy();
        small.Add("ab"u8.ToArray());
        small.Add("c"u8.ToArray());
        Assert.Equal(("abc", null, 3), (Encoding.UTF8.GetString(small.Whole()!), small.Digest(), small.Length));

        var large = new StreamedCopy();
        var piece = new byte[100_000];
        for (var i = 0; i < 5; i++)
            large.Add(piece);
        Assert.Null(large.Whole());
        var digest = System.Security.Cryptography.SHA256.HashData(new byte[500_000]);
        Assert.Equal([digest, digest], (byte[]?[])[large.Digest(), large.Digest()]);
    }
}
