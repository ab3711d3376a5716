using Aloft.Platform.CloudWatch.Chunks;
using Aloft.Platform.Kernel;

namespace Aloft.Tests.CloudWatch;

public sealed class PlatformJsonTests
{
    static readonly DateTimeOffset time = new(2026, 2, 3, 4, 5, 6, 789, TimeSpan.Zero);
    static readonly Guid request = Guid.Parse("6f747a63-bb72-42ab-a1d1-b0f1e2d3c4b5");

    [Fact]
    public void Lines_are_AWS_s_and_come_out_of_a_chunk_as_they_went_in()
    {
        PlatformRecord[] records =
        [
            new(PlatformRecordKind.Start, time, request, "$LATEST") { IsJson = true },
            new(PlatformRecordKind.Report, time, request, "")
            {
                IsJson = true,
                Duration = TimeSpan.FromMilliseconds(12.3456),
                InitDuration = TimeSpan.FromMilliseconds(80),
                MemoryMegabytes = 128,
                PeakMemoryBytes = 60 << 20,
                Status = "error",
                ErrorType = "Runtime.ExitError",
                TraceId = "Root=1-2",
            },
            new(PlatformRecordKind.Start, time, request, "7"),
        ];
        var writer = new ChunkWriter();
        writer.Grow(writer.CapacityFor(4096));
        foreach (var record in records)
            writer.AppendPlatform(time.ToUnixTimeMilliseconds(), record);
        var chunk = writer.Finish(1);
        var reader = new ChunkReader(ChunkCompression.Unpack(chunk.Format, chunk.Data, chunk.RawBytes));
        var lines = new List<string>();
        while (reader.MoveNext())
            lines.Add(reader.Render());
        Assert.Equal(
            [
                """{"time":"2026-02-03T04:05:06.789Z","type":"platform.start","record":{"requestId":"6f747a63-bb72-42ab-a1d1-b0f1e2d3c4b5","version":"$LATEST"}}""" + "\n",
                """{"time":"2026-02-03T04:05:06.789Z","type":"platform.report","record":{"requestId":"6f747a63-bb72-42ab-a1d1-b0f1e2d3c4b5","""
                    + """ "metrics":{"durationMs":12.346,"billedDurationMs":93,"memorySizeMB":128,"maxMemoryUsedMB":60,"initDurationMs":80},""".TrimStart()
                    + """ "tracing":{"type":"X-Amzn-Trace-Id","value":"Root=1-2"},"status":"error","errorType":"Runtime.ExitError"}}""".TrimStart() + "\n",
                $"START RequestId: {request} Version: 7\n",
            ],
            lines);
    }
}
