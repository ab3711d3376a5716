using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Aloft.Client;
using Aloft.Terminal;

namespace Aloft.Verbs;

/// <summary><c>aloft bill [NAME]</c></summary>
internal static class BillVerb
{
    const int MostListed = 1000;

    public static Command Command(Surroundings around)
    {
        var name = new Argument<string?>("name") { Description = "Only this function", Arity = ArgumentArity.ZeroOrOne };
        var since = SinceOption.Create("24h");
        var each = new Option<bool>("--invocations") { Description = $"Each invocation by itself, the last {MostListed} at most" };
        var output = OutputOption.Create();
        var command = new Command("bill", """
            Show what invocations took, what AWS would have charged for them, and the memory size that would have been cheapest

            From the kernel's figures, as REPORT lines tell them. "aws" is AWS's price for them: duration and init, rounded up to 1 ms, at the
            memory size that the function had. "aws cpu" is an estimate: AWS gives CPU in proportion to memory, so that CPU time stretches
            below 1,769 MB, while waiting stays as it is. By the same rule "cheapest" is the size with the lowest price; it lies at least a
            fifth above the highest peak.
            """)
        { name, since, each, output };
        command.SetAction((parsed, stop) => Run(
            around, parsed.GetValue(name), parsed.GetRequiredValue(since), parsed.GetValue(each), parsed.GetValue(output), stop));
        return command;
    }

    static async Task<int> Run(Surroundings around, string? function, string since, bool each, OutputFormat format, CancellationToken stop)
    {
        var from = around.Clock.GetUtcNow() - SinceOption.Parse(since);
        using var connection = Connection.Open(around);
        var screen = new Screen(around);
        var bill = await connection.History.Bill(function, from, stop);
        if (each)
            bill["invocations"] = (await connection.History.List(function, failedOnly: false, from, MostListed, stop))["invocations"]?.DeepClone();

        if (format == OutputFormat.Json)
            screen.Json(bill);
        else if (bill["functions"]?.AsArray() is not { Count: > 0 } functions)
            screen.Note($"nothing was invoked in the last {since}; --since 7d looks further back.");
        else
            Print(screen, bill, functions, each);
        return ExitCode.Ok;
    }

    static void Print(Screen screen, JsonObject bill, JsonArray functions, bool each)
    {
        if (each)
        {
            screen.Table(
                ["began (UTC)", "request id", "function", "outcome", "duration", "init", "billed", "cpu", "peak", "memory", "GB-s", "aws"],
                [.. bill["invocations"]!.AsArray().Select(one => Row(new PastInvocation(one)))]);
            screen.Line();
        }
        var rows = functions.Select(one => Row(one!.AsObject())).ToList();
        if (functions.Count > 1)
            rows.Add(Total(bill, functions));
        screen.Table(
            ["function", "invocations", "failed", "cold", "average", "longest", "billed", "cpu", "peak", "memory", "GB-s", "aws", "aws cpu", "cheapest"], rows);
        foreach (var one in functions)
            if ((long?)one!["notRecorded"] is > 0 and var lost)
                screen.Note($"{lost} more invocations of {one["functionName"]} came faster than they could be recorded, and are not counted.");
        var prices = bill["prices"];
        screen.Note(screen.Dim(
            $"aws: {prices?["region"]}, on demand, without free tier: {Usd(prices, "requestUsd", 1_000_000)} for a million requests, "
            + $"${prices?["gigabyteSecondUsd"]} for a GB-second; init is billed. aws cpu and cheapest: estimates; `aloft bill --help` says how."));
    }

    static string[] Row(JsonObject one) =>
    [
        (string?)one["functionName"] ?? "",
        Number(one["invocations"]), Number(one["failures"]), Number(one["coldStarts"]), Time(one["averageMs"]), Time(one["longestMs"]),
        Billed(one["billedMs"]), Time(one["cpuMs"]), $"{one["peakMegabytes"]} MB", $"{one["memoryMegabytes"]} MB",
        Amount((decimal?)one["gigabyteSeconds"]), Quantity.Money((decimal?)one["chargeUsd"] ?? 0),
        Quantity.Money((decimal?)one["estimate"]?["chargeUsd"] ?? 0), Cheapest(one),
    ];

    static string[] Total(JsonObject bill, JsonArray functions)
    {
        string Sum(string member) => Number(JsonValue.Create(functions.Sum(one => (long?)one![member] ?? 0)));
        TimeSpan SumOf(string member) => TimeSpan.FromMilliseconds(functions.Sum(one => (double?)one![member] ?? 0));
        return
        [
            "all", Sum("invocations"), Sum("failures"), Sum("coldStarts"), "", "",
            Billed(JsonValue.Create(SumOf("billedMs").TotalMilliseconds)), Quantity.Time(SumOf("cpuMs")), "", "",
            Amount(functions.Sum(one => (decimal?)one!["gigabyteSeconds"] ?? 0)), Quantity.Money((decimal?)bill["chargeUsd"] ?? 0),
            Quantity.Money(functions.Sum(one => (decimal?)one!["estimate"]?["chargeUsd"] ?? 0)), "",
        ];
    }

    static string[] Row(PastInvocation one) =>
    [
        one.Began, one.RequestId, one.Function, one.ErrorType ?? "ok", Time(one.Duration), one.Init is { } init ? Quantity.Time(init) : "",
        Billed(JsonValue.Create(one.Billed?.TotalMilliseconds)), Time(one.Cpu),
        $"{one.PeakMegabytes} MB", $"{one.MemoryMegabytes} MB", Amount(one.GigabyteSeconds), Quantity.Money(one.Charge),
    ];

    /// <summary><c>512 MB, saves 34%</c>; the size that it has where no other is cheaper.</summary>
    static string Cheapest(JsonObject one)
    {
        var (size, saves) = ((int?)one["cheapest"]?["memoryMegabytes"], (double?)one["cheapest"]?["saves"] ?? 0);
        if (size is null)
            return "";
        return size == (int?)one["memoryMegabytes"]
            ? "as it is"
            : string.Create(CultureInfo.InvariantCulture, $"{size} MB, {(saves >= 0.005 ? $"saves {saves * 100:0}%" : "costs the same, is faster")}");
    }

    static string Usd(JsonNode? prices, string member, int times) => Quantity.Money(((decimal?)prices?[member] ?? 0) * times);

    static string Number(JsonNode? number) => ((long?)number ?? 0).ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Whole milliseconds, as they are billed.</summary>
    static string Billed(JsonNode? ms) => (double?)ms is { } known and < 1000 ? $"{(long)known} ms" : Time(ms);

    static string Time(JsonNode? ms) => Quantity.Time(TimeSpan.FromMilliseconds((double?)ms ?? 0));

    static string Time(TimeSpan? time) => Quantity.Time(time ?? TimeSpan.Zero);

    static string Amount(decimal? gigabyteSeconds) => (gigabyteSeconds ?? 0).ToString(
        gigabyteSeconds is > 0 and < 1 ? "0.0000##" : "#,0.00", CultureInfo.InvariantCulture);
}
