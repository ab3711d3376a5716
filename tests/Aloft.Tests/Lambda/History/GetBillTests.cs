namespace Aloft.Tests.Lambda.History;

public sealed class GetBillTests
{
    [Fact]
    public async Task It_tells_what_AWS_would_have_charged_for_the_figures_of_the_report()
    {
        await using var bed = await AloftBed.Start((sandbox, _, _) =>
        {
            sandbox.Figures = new(sandbox.Figures.CpuTime + TimeSpan.FromMilliseconds(3), 40 * 1024 * 1024);
            return sandbox.Respond("1");
        });
        var key = await bed.Engine.Create("f", function => function with { MemoryMegabytes = 512 });
        for (var i = 0; i < 3; i++)
            await bed.Invoke(key);

        var bill = await bed.Call("GetBill", "FunctionName=f");
        var one = bill["functions"]!.AsArray().Single()!;
        var reports = bed.Engine.Logs.Records.Where(record => record.Kind == Platform.Kernel.PlatformRecordKind.Report).ToList();
        var billedMs = reports.Sum(report => (long)Math.Ceiling((report.Duration + (report.InitDuration ?? default)).TotalMilliseconds));
        Assert.Equal((3, 0, 1), ((long)one["invocations"]!, (long)one["failures"]!, (long)one["coldStarts"]!));
        Assert.Equal((billedMs, 9.0, 40), ((long)one["billedMs"]!, (double)one["cpuMs"]!, (long)one["peakMegabytes"]!));
        Assert.Equal(billedMs / 1000m / 2, (decimal)one["gigabyteSeconds"]!);
        Assert.Equal(Math.Round((0.0000002m * 3) + (billedMs / 1000m / 2 * 0.0000166667m), 12), (decimal)bill["chargeUsd"]!);
        Assert.True((int)one["cheapest"]!["memoryMegabytes"]! >= 128);
        Assert.Empty((await bed.Call("GetBill", "FunctionName=g"))["functions"]!.AsArray());
        await bed.Fails("InvalidParameterValueException", 400, "GetBill", "Until=1");
    }
}
