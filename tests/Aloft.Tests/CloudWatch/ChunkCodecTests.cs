using System.Text;
using Aloft.Platform.CloudWatch;
using Aloft.Platform.CloudWatch.Chunks;
using Aloft.Platform.Kernel;
using FsCheck;
using FsCheck.Fluent;

namespace Aloft.Tests.CloudWatch;

public sealed class ChunkCodecTests
{
    const long Base = 1_763_726_400_000;

    static readonly Gen<Guid> Requests = Gen.Elements(Guid.Parse("8fc6f963-411b-58b5-8483-a32130c0f45d"), Guid.Parse("00000000-0000-0000-0000-000000000001"), Guid.Empty);

    static Gen<string?> Text => Gen.OneOf(Gen.Constant((string?)null), Gen.Elements<string?>("", "timeout", "Função.Ошибка", new string('€', 256)));

    static Gen<TimeSpan> Time =>
        from high in Gen.Choose(0, 1_000_000)
        from low in Gen.Choose(0, 1_000_000)
        select new TimeSpan((high * 1_000_000L) + low);

    /// <summary>An event: its time and a text, or a platform record.</summary>
    static readonly Gen<(long Ms, string? Text, PlatformRecord Record)> Entries =
        from ms in Gen.Choose(-5_000, 5_000)
        from kind in Gen.Elements(0, 1, 2, 3)
        from text in Gen.Elements("", "line\n", "two\nlines\t🚀", new string('x', 300))
        from request in Requests
        from version in Gen.Elements("$LATEST", "1", "12345")
        from duration in Time
        from cpu in Time
        from init in Gen.OneOf(Gen.Constant((TimeSpan?)null), Time.Select(time => (TimeSpan?)time))
        from memory in Gen.Choose(128, 10_240)
        from status in Text
        from errorType in Text
        from trace in Text
        let time = DateTimeOffset.FromUnixTimeMilliseconds(Base + ms)
        let record = new PlatformRecord((PlatformRecordKind)Math.Max(1, kind), time, request, version)
        {
            Duration = duration, CpuTime = cpu, InitDuration = init, MemoryMegabytes = memory, PeakMemoryBytes = duration.Ticks,
            Status = status, ErrorType = errorType, TraceId = trace,
        }
        select (Base + ms, kind == 0 ? text : null, record);

    [Fact]
    public void What_is_written_is_read_in_the_same_order() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(Entries.ArrayOf().ToArbitrary(), entries =>
        {
            var chunk = Write(entries);
            var read = Read(chunk);
            Assert.Equal(entries.Select(e => (e.Ms, e.Text ?? PlatformLines.Render(e.Record))), read);
            if (entries.Length > 0)
                Assert.Equal((entries.Min(e => e.Ms), entries.Max(e => e.Ms), entries.Length), (chunk.FirstMs, chunk.LastMs, chunk.Events));
        }));

    static Chunk Write(IEnumerable<(long Ms, string? Text, PlatformRecord Record)> entries)
    {
        var writer = new ChunkWriter();
        foreach (var (ms, text, record) in entries)
        {
            var need = text is null ? ChunkWriter.NeedForPlatform(record) : ChunkWriter.NeedForText(Encoding.UTF8.GetByteCount(text));
            if (!writer.HasRoom(need))
                writer.Grow(writer.CapacityFor(need));
            if (text is null)
                writer.AppendPlatform(ms, record);
            else
                writer.AppendText(ms, Encoding.UTF8.GetBytes(text));
        }
        return writer.Finish(1);
    }

    static List<(long Ms, string Message)> Read(Chunk chunk)
    {
        var reader = new ChunkReader(ChunkCompression.Unpack(chunk.Format, chunk.Data, chunk.RawBytes));
        var read = new List<(long, string)>();
        while (reader.MoveNext())
        {
            Assert.Equal(read.Count, reader.Index);
            read.Add((reader.TimestampMs, reader.Render()));
        }
        return read;
    }

    /// <summary>What is stored must stay readable: a change of these bytes needs a new format.</summary>
    [Fact]
    public void The_stored_form_is_frozen()
    {
        var request = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");
        var writer = new ChunkWriter();
        writer.Grow(1024);
        writer.AppendPlatform(Base, new(PlatformRecordKind.Start, default, request, "$LATEST"));
        writer.AppendText(Base + 2, "hi\n"u8);
        writer.AppendPlatform(Base + 1, new(PlatformRecordKind.End, default, request, ""));
        writer.AppendPlatform(Base + 1, new(PlatformRecordKind.Report, default, request, "")
        {
            Duration = new(123_456), CpuTime = new(300), MemoryMegabytes = 128, PeakMemoryBytes = 1 << 20, Status = "timeout",
        });
        writer.AppendDropped(Base + 1, DropReason.Rate, 3, 200);
        Assert.Equal(
            "0180E8C8E4D46633221100554477668899AABBCCDDEEFF"
            + "0004040368690A1201130002C0C407AC0280018080400774696D656F757405000103C801",
            Convert.ToHexString(writer.Finish(1).Data));
        Assert.Equal((1, 2), ((int)DropReason.Rate, (int)DropReason.Memory));
        Assert.Equal((0, 1), ((int)ChunkFormat.Raw, (int)ChunkFormat.Brotli));
    }

    [Fact]
    public void Text_is_compressed_and_noise_is_not()
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 1000).Select(i => $"2025-11-21 INFO request {i} served\n")));
        var (format, data) = ChunkCompression.Pack(text);
        Assert.Equal(ChunkFormat.Brotli, format);
        Assert.InRange(data.Length, 1, text.Length / 3);
        Assert.Equal(text, ChunkCompression.Unpack(format, data, text.Length));

        var noise = new byte[10_000];
        new Random(1).NextBytes(noise);
        Assert.Equal(ChunkFormat.Raw, ChunkCompression.Pack(noise).Format);
    }

    [Fact]
    public void Bytes_that_are_no_chunk_are_an_error_and_not_an_empty_answer() =>
        Assert.Throws<InvalidDataException>(() => ChunkCompression.Unpack(ChunkFormat.Brotli, [1, 2, 3], 100));

    [Fact]
    public void Over_long_strings_of_a_record_are_cut()
    {
        var record = new PlatformRecord(PlatformRecordKind.Report, default, Guid.Empty, "") { ErrorType = new string('e', 1000) };
        var line = Assert.Single(Read(Write([(Base, null, record)]))).Message;
        Assert.Contains($"Error Type: {new string('e', Limits.MaxRecordTextLength)}\t", line, StringComparison.Ordinal);
    }
}
