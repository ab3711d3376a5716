using Aloft.Platform.CloudWatch.Chunks;
using Aloft.Platform.Kernel;

namespace Aloft.Tests.CloudWatch;

public sealed class PlatformLinesTests
{
    static readonly Guid Request = Guid.Parse("8fc6f963-411b-58b5-8483-a32130c0f45d");

    static readonly PlatformRecord Warm = new(PlatformRecordKind.Report, DateTimeOffset.UnixEpoch, Request, "")
    {
        Duration = TimeSpan.FromMilliseconds(12.344), MemoryMegabytes = 128, PeakMemoryBytes = 36 << 20,
    };

    [Fact]
    public void Start_and_end_are_those_of_AWS()
    {
        Assert.Equal(
            "START RequestId: 8fc6f963-411b-58b5-8483-a32130c0f45d Version: $LATEST\n",
            PlatformLines.Render(new(PlatformRecordKind.Start, DateTimeOffset.UnixEpoch, Request, "$LATEST")));
        Assert.Equal(
            "END RequestId: 8fc6f963-411b-58b5-8483-a32130c0f45d\n",
            PlatformLines.Render(new(PlatformRecordKind.End, DateTimeOffset.UnixEpoch, Request, "")));
    }

    public static TheoryData<string, PlatformRecord> Reports => new()
    {
        { "Duration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB\t\n", Warm },
        {
            "Duration: 12.34 ms\tBilled Duration: 136 ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB\tInit Duration: 123.45 ms\t\n",
            Warm with { InitDuration = TimeSpan.FromMilliseconds(123.45) }
        },
        {
            "Duration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB\tStatus: timeout\t\n",
            Warm with { Duration = TimeSpan.FromSeconds(3), Status = "timeout" }
        },
        {
            "Duration: 12.34 ms\tBilled Duration: 14 ms\tMemory Size: 128 MB\tMax Memory Used: 128 MB\tInit Duration: 1.00 ms\t"
            + "Status: error\tError Type: Runtime.ExitError\tCPU Time: 1.23 ms\t\n",
            Warm with
            {
                InitDuration = TimeSpan.FromMilliseconds(1), Status = "error", ErrorType = "Runtime.ExitError",
                CpuTime = TimeSpan.FromMilliseconds(1.234), PeakMemoryBytes = 129L << 20,
            }
        },
        { "Duration: 0.00 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\tMax Memory Used: 1 MB\t\n", Warm with { Duration = new(1), PeakMemoryBytes = 0 } },
    };

    [Theory, MemberData(nameof(Reports))]
    public void A_report_has_the_fields_of_AWS_in_their_order(string fields, PlatformRecord record) =>
        Assert.Equal($"REPORT RequestId: {Request}\t{fields}", PlatformLines.Render(record));

    [Theory]
    [InlineData(
        "Root=1-61c86fa4-59b3c6d959653c527fd10966;Parent=107ea78a5750a811;Sampled=1",
        "XRAY TraceId: 1-61c86fa4-59b3c6d959653c527fd10966\tSegmentId: 107ea78a5750a811\tSampled: true\t\n")]
    [InlineData(
        "Self=1-0; Sampled=1; Root=1-61c86fa4-59b3c6d959653c527fd10966",
        "XRAY TraceId: 1-61c86fa4-59b3c6d959653c527fd10966\tSampled: true\t\n")]
    [InlineData("Root=1-61c86fa4-59b3c6d959653c527fd10966;Parent=107ea78a5750a811;Sampled=0", "")]
    [InlineData("Root=1-61c86fa4-59b3c6d959653c527fd10966", "")]
    [InlineData("Root=1-61c86fa4-59b3c6d959653c527fd1096x;Sampled=1", "")]
    [InlineData("Root=1-a\tSampled: true;Sampled=1", "")]
    [InlineData(";;=", "")]
    public void A_sampled_invocation_names_its_trace_and_the_segment_that_called_it(string header, string line) =>
        Assert.Equal(
            PlatformLines.Render(Warm) + line,
            PlatformLines.Render(Warm with { TraceId = header }));
}
