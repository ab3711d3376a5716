using System.Text.Json.Nodes;
using Aloft.Platform.Functions.History;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda.History;

/// <summary>
/// What the invocations of each function add up to, and what AWS would have charged: <c>?FunctionName=&amp;Since=MS</c>, each optional.
/// </summary>
internal sealed class GetBill(InvocationHistory history, TimeProvider time)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = HistoryInput.Query(request);
        var function = HistoryInput.Function(request, input);
        var since = HistoryInput.Since(input, time);
        input.Done();
        HistoryInput.RequireOn(history);

        var bills = await history.Bill(request.Context.Account, request.Context.Region, function?.Name, since, stop);
        return ApiResponse.Ok(new JsonObject
        {
            ["since"] = InvocationDocument.Time(since),
            ["prices"] = new JsonObject
            {
                ["region"] = PriceList.Region,
                ["requestUsd"] = InvocationDocument.Money(PriceList.Request),
                ["gigabyteSecondUsd"] = PriceList.GigabyteSecond("x86_64"),
                ["gigabyteSecondArmUsd"] = PriceList.GigabyteSecond("arm64"),
            },
            ["functions"] = new JsonArray([.. bills.Select(Of)]),
            ["chargeUsd"] = InvocationDocument.Money(bills.Sum(bill => bill.Charge)),
        });
    }

    static JsonObject Of(FunctionBill bill) => new()
    {
        ["functionName"] = bill.Function.Name,
        ["memoryMegabytes"] = bill.MemoryMegabytes,
        ["invocations"] = bill.Invocations,
        ["failures"] = bill.Failures,
        ["coldStarts"] = bill.ColdStarts,
        ["notRecorded"] = bill.Dropped,
        ["averageMs"] = bill.Invocations > 0 ? InvocationDocument.Ms(bill.Duration / bill.Invocations) : 0,
        ["longestMs"] = InvocationDocument.Ms(bill.Longest),
        ["billedMs"] = (long)bill.Billed.TotalMilliseconds,
        ["cpuMs"] = InvocationDocument.Ms(bill.Cpu),
        ["peakMegabytes"] = InvocationDocument.Megabytes(bill.PeakBytes, 0),
        ["gigabyteSeconds"] = InvocationDocument.Money(bill.GigabyteSeconds),
        ["requestsUsd"] = InvocationDocument.Money(bill.Requests),
        ["computeUsd"] = InvocationDocument.Money(bill.Compute),
        ["chargeUsd"] = InvocationDocument.Money(bill.Charge),
        ["estimate"] = bill.Cheapest is not { } estimate ? null : new JsonObject
        {
            ["memoryMegabytes"] = bill.MemoryMegabytes,
            ["gigabyteSeconds"] = InvocationDocument.Money(estimate.GigabyteSecondsNow),
            ["chargeUsd"] = InvocationDocument.Money(bill.Estimate!.Value),
        },
        ["cheapest"] = bill.Cheapest is not { } cheapest ? null : new JsonObject
        {
            ["memoryMegabytes"] = cheapest.Megabytes,
            ["gigabyteSeconds"] = InvocationDocument.Money(cheapest.GigabyteSeconds),
            ["chargeUsd"] = InvocationDocument.Money(bill.CheapestEstimate!.Value),
            ["saves"] = Math.Round(cheapest.Saves, 4),
        },
    };
}
