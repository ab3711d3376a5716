using System.Globalization;
using System.Text.Json.Nodes;
using Aloft.Client;
using Aloft.Terminal;

namespace Aloft.Verbs;

/// <summary>What people read of a replay: how both times went, what differs in the answers, and in what ran.</summary>
internal sealed class ReplayText(Screen screen, IReadOnlyList<JsonObject> runs)
{
    /// <summary>Longer values are cut: the whole is in --output json.</summary>
    const int ShownLength = 60;

    public bool AllSame => runs.All(IsSame);

    static bool IsSame(JsonObject run) => (bool?)run["same"] == true;

    public void Print()
    {
        var first = runs[0];
        var recorded = new PastInvocation(first["recorded"]);
        screen.Line(Heading(screen, recorded));
        screen.Table(
            ["", "recorded", .. Enumerable.Range(1, runs.Count).Select(i => runs.Count == 1 ? "replay" : $"replay {i}")],
            Figures([recorded, .. runs.Select(run => new PastInvocation(run["replay"]))]));

        if (first["configuration"]?.AsArray() is { Count: > 0 } changed)
        {
            screen.Line();
            screen.Table(["what ran", "recorded", Against(first)], [.. changed.Select(one => Row(one!))]);
        }
        screen.Line();
        Verdict(first);
    }

    /// <summary>What is remembered of one, when nothing is run.</summary>
    public static void PrintRecorded(Screen screen, JsonObject document)
    {
        var recorded = new PastInvocation(document);
        screen.Line(Heading(screen, recorded));
        screen.Table(["", "recorded"], Figures([recorded]));
        foreach (var part in (string[])["event", "answer"])
        {
            screen.Line();
            screen.Line(screen.Bold(part));
            screen.Line((bool?)document["eventKept"] == true ? Screen.Text(document[part], indented: true) : "(not kept)");
        }
        if ((bool?)document["codeKept"] == false)
            screen.Note("its code is not kept any more: it can only be run against what the function is now.");
    }

    static string Heading(Screen screen, PastInvocation recorded) =>
        $"{screen.Bold(recorded.Function)} {recorded.Version}, {recorded.Began} UTC, by {recorded.Source}, code {Short(recorded.CodeSha256)}";

    static IReadOnlyList<IReadOnlyList<string>> Figures(IReadOnlyList<PastInvocation> all)
    {
        string[] Line(string name, Func<PastInvocation, string> figure) => [name, .. all.Select(figure)];
        return
        [
            Line("outcome", one => one.ErrorType ?? "ok"),
            Line("duration", one => Time(one.Duration)),
            Line("init", one => one.Init is { } init ? Quantity.Time(init) : "warm"),
            Line("cpu", one => Time(one.Cpu)),
            Line("peak", one => string.Create(CultureInfo.InvariantCulture, $"{one.PeakMegabytes} of {one.MemoryMegabytes} MB")),
            Line("request id", one => one.RequestId),
        ];
    }

    void Verdict(JsonObject first)
    {
        if (AllSame)
        {
            screen.Line(screen.Good(runs.Count == 1 ? "the same answer" : $"the same answer, {runs.Count} times"));
            return;
        }
        var differing = runs.Where(run => !IsSame(run)).ToList();
        var differences = differing[0]["differences"]?.AsArray() ?? [];
        screen.Line(screen.Bad(runs.Count == 1 ? "the answer differs" : $"the answer differs in {differing.Count} of {runs.Count} runs; first"));
        screen.Table(["answer", "recorded", Against(first)], [.. differences.Select(one => Row(one!))]);
        if (differences.Select(one => (string?)one!["path"]).FirstOrDefault(path => path?.StartsWith('$') == true) is { } path)
            screen.Note(screen.Dim($"what may differ can be left out: --ignore '{path}'"));
    }

    static string Against(JsonObject run) => (string?)run["against"] ?? "replay";

    static string[] Row(JsonNode difference) =>
        [(string?)difference["path"] ?? "", Shown((string?)difference["recorded"]), Shown((string?)difference["replay"])];

    static string Shown(string? value) => value is null ? "(absent)"
        : value.Length > ShownLength ? $"{value[..ShownLength]}…"
        : value;

    static string Time(TimeSpan? time) => time is { } known ? Quantity.Time(known) : "?";

    /// <summary>The digest's beginning, as people compare digests.</summary>
    static string Short(string base64)
    {
        var bytes = new byte[64];
        return Convert.TryFromBase64String(base64, bytes, out var length) && length >= 6 ? Convert.ToHexStringLower(bytes.AsSpan(0, 6)) : base64;
    }
}
