using Aloft.Client;

namespace Aloft.Tests.Cli;

public sealed class ReportLineTests
{
    [Fact]
    public void Cold_start_has_an_init_duration() =>
        Assert.Equal(
            new ReportLine(TimeSpan.FromMilliseconds(12.34), TimeSpan.FromMilliseconds(13), 128, 45, TimeSpan.FromMilliseconds(80.5)),
            ReportLine.TryParse("REPORT RequestId: 1\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 45 MB\tInit Duration: 80.50 ms\t"));

    [Fact]
    public void Warm_start_has_none() =>
        Assert.False(ReportLine.TryParse("REPORT RequestId: 1\tDuration: 1.00 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\tMax Memory Used: 45 MB\t")!.IsCold);

    [Fact]
    public void What_the_platform_calls_failed_has_a_status() =>
        Assert.True(ReportLine.TryParse("REPORT RequestId: 1\tDuration: 1.00 ms\tBilled Duration: 1 ms\tStatus: error\tError Type: Runtime.ExitError")!.Failed);

    [Fact]
    public void Another_line_is_none() => Assert.Null(ReportLine.TryParse("END RequestId: 1"));
}
