using System.Text.Json.Nodes;

namespace Aloft.Client;

/// <summary>A past invocation as the node tells it.</summary>
internal sealed record PastInvocation(JsonNode? Document)
{
    public string RequestId => Text("requestId");

    public string Function => Text("functionName");

    public string Version => Text("version");

    /// <summary><c>invoke</c>, <c>event</c>, <c>url</c>, <c>replay</c>.</summary>
    public string Source => Text("source");

    /// <summary>Base64.</summary>
    public string CodeSha256 => Text("codeSha256");

    /// <summary>UTC, to the second.</summary>
    public string Began => Text("beganAt") is { Length: >= 19 } time ? time[..19].Replace('T', ' ') : "";

    /// <summary>What it failed with; null when it went well.</summary>
    public string? ErrorType => (string?)Document?["errorType"];

    public TimeSpan? Duration => Time("durationMs");

    /// <summary>Of a cold start; else null.</summary>
    public TimeSpan? Init => Time("initMs");

    public TimeSpan? Billed => Time("billedMs");

    public TimeSpan? Cpu => Time("cpuMs");

    public long PeakMegabytes => (long?)Document?["peakMegabytes"] ?? 0;

    public int MemoryMegabytes => (int?)Document?["memoryMegabytes"] ?? 0;

    public decimal GigabyteSeconds => (decimal?)Document?["gigabyteSeconds"] ?? 0;

    public decimal Charge => (decimal?)Document?["chargeUsd"] ?? 0;

    string Text(string member) => (string?)Document?[member] ?? "";

    TimeSpan? Time(string member) => (double?)Document?[member] is { } ms ? TimeSpan.FromMilliseconds(ms) : null;
}
