using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Aloft.Platform.CloudWatch.Chunks;
using Aloft.Platform.Functions.History;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda.History;

/// <summary>A past invocation as JSON.</summary>
internal static class InvocationDocument
{
    public static JsonObject Of(RecordedInvocation recorded)
    {
        var (function, one, _) = recorded;
        var used = PriceList.GigabyteSeconds(one.BilledMs, function.MemoryMegabytes);
        return new()
        {
            ["requestId"] = one.RequestId.ToString(),
            ["functionName"] = function.Key.Name,
            ["functionArn"] = function.Key.Text,
            ["version"] = function.Version,
            ["revisionId"] = function.RevisionId,
            ["codeSha256"] = function.CodeSha256,
            ["source"] = one.Source switch
            {
                InvocationSource.Api => "invoke",
                InvocationSource.Event => "event",
                InvocationSource.Url => "url",
                _ => "replay",
            },
            ["beganAt"] = Time(one.BeganAt),
            ["endedAt"] = Time(one.EndedAt),
            ["outcome"] = one.Failed ? "failed" : "answered",
            ["errorType"] = one.ErrorType,
            ["streamed"] = one.Streamed,
            ["durationMs"] = Ms(one.Duration),
            ["initMs"] = one.Init is { } init ? Ms(init) : null,
            ["billedMs"] = one.BilledMs,
            ["cpuMs"] = Ms(one.Cpu),
            ["memoryMegabytes"] = function.MemoryMegabytes,
            ["peakMegabytes"] = Megabytes(one.PeakBytes, function.MemoryMegabytes),
            ["gigabyteSeconds"] = Money(used),
            ["chargeUsd"] = Money((used * PriceList.GigabyteSecond(function.Architecture)) + PriceList.Request),
            ["eventBytes"] = one.EventBytes,
            ["answerBytes"] = one.AnswerBytes,
        };
    }

    public static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>As a REPORT line rounds it.</summary>
    public static double Ms(TimeSpan span) => Math.Round(span.TotalMilliseconds, 2);

    /// <summary>As a REPORT line tells it.</summary>
    public static long Megabytes(long bytes, int limit) =>
        PlatformLines.Megabytes(new PlatformRecord { PeakMemoryBytes = bytes, MemoryMegabytes = limit });

    /// <summary>Far below a cent and no noise behind.</summary>
    public static decimal Money(decimal amount) => Math.Round(amount, 12) / 1.000000000000000000000000m;

    /// <summary>JSON as it is; other text, and JSON that could not be written again, as a string; bytes that are no text in base64.</summary>
    public static JsonNode? Payload(ReadOnlyMemory<byte> bytes)
    {
        if (!Utf8.IsValid(bytes.Span))
            return Convert.ToBase64String(bytes.Span);
        try
        {
            if (JsonText.Flaw(bytes.Span, AnswerComparison.MaxDepth) is null)
                return JsonNode.Parse(bytes.Span, documentOptions: new() { MaxDepth = AnswerComparison.MaxDepth });
        }
        catch (JsonException)
        {
            // Any text: a custom runtime may answer with it.
        }
        return Encoding.UTF8.GetString(bytes.Span);
    }
}
