using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aloft.Platform.Functions.Code;
using Aloft.Platform.Functions.History;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda.History;

/// <summary>
/// Runs a past invocation again with the same event: what ran then, code and configuration, or what <c>Against</c> names of the same function
/// (<c>$LATEST</c>, a version, an alias). Compares the answers; <c>Ignore</c> names paths of them that may differ.
/// </summary>
internal sealed partial class ReplayInvocation(InvocationHistory history, FunctionRegistry registry, CodeStore code, Invoker invoker)
{
    const int MostIgnored = 50;

    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        HistoryInput.Query(request).Done();
        var input = request.Body;
        var against = input.OptionalString("Against", min: 1, max: Limits.QualifierLength, QualifierPattern());
        var ignored = input.OptionalStrings("Ignore", maxCount: MostIgnored, max: 1024) ?? [];
        input.Done();
        if (ignored.FirstOrDefault(path => path is not (['$'] or ['$', '.' or '[', _, ..] or "errorType" or "errorMessage")) is { } wrong)
            throw LambdaError.Invalid($"'{wrong}' is no path of an answer: write $.name, $.list[0] or $.list[*].name.");

        var recorded = await HistoryInput.Recorded(history, request, stop);
        var content = HistoryInput.Content(recorded);
        var run = await Run(recorded, content, against, stop);
        var replayed = await history.Find(recorded.Function.Key.Account, recorded.Function.Key.Region, run.RequestId, stop);

        var differences = AnswerComparison.Of(
            new(recorded.Figures.RequestId, recorded.Figures.ErrorType, content.Answer, content.AnswerDigest), run.Answer, ignored);
        return ApiResponse.Ok(new JsonObject
        {
            ["recorded"] = WithAnswer(InvocationDocument.Of(recorded), content.Answer),
            ["replay"] = WithAnswer(
                replayed is not null
                    ? InvocationDocument.Of(replayed)
                    : new() { ["requestId"] = run.RequestId.ToString(), ["errorType"] = run.Answer.ErrorType }, // there was no room to record it
                run.Answer.Answer),
            ["against"] = against,
            ["same"] = differences.Count == 0,
            ["differences"] = Documents(differences),
            ["configuration"] = Documents(ConfigurationComparison.Of(recorded.Function, run.Ran)),
        });
    }

    readonly record struct Replayed(Guid RequestId, FunctionVersion Ran, ComparedAnswer Answer);

    async ValueTask<Replayed> Run(RecordedInvocation recorded, InvocationContent content, string? against, CancellationToken stop)
    {
        var (function, qualifier) = (recorded.Function, against ?? (content.Qualifier.Length > 0 ? content.Qualifier : null));
        var stream = recorded.Figures.Streamed ? new ResponseStream() : null;
        var request = new InvokeRequest(function.Key, qualifier, RequestIds.Next(), content.Event)
        {
            ClientContext = content.ClientContext,
            TraceId = content.TraceId,
            Source = InvocationSource.Replay,
            Stream = stream,
        };
        if (against is null && await MissingPackage(function, code, stop) is { } missing)
            throw new ApiError("CodeNotKeptException", 409,
                $"The code that {recorded.Figures.RequestId} ran ({missing}) is not kept any more. The event can still be run against what the "
                + "function is now: --against '$LATEST'.");

        // As of any invocation: a caller who goes away does not end it.
        var running = (against is null ? invoker.InvokeRecorded(function, request) : invoker.Invoke(request, CancellationToken.None)).AsTask();
        if (stream is not null)
            await foreach (var _ in stream.Read(CancellationToken.None))
                continue;
        if (await running is not InvokeOutcome.Answered answered)
            throw InvokeInput.Refusal(await running, function.Key, qualifier);

        var ran = against is null ? function : await registry.Find(function.Key, answered.Version, stop) ?? function;
        var failed = answered.FunctionError is not null;
        var copy = failed || answered.ContentType is null ? null : stream?.Copy;
        return new(request.RequestId, ran, new(
            request.RequestId, failed ? FunctionFailure.TypeOf(answered.Payload) ?? "Unhandled" : null,
            copy is null ? answered.Payload : Whole(copy), copy?.Digest()));
    }

    static ReadOnlyMemory<byte>? Whole(StreamedCopy copy) => copy.Whole() is { } whole ? whole : default(ReadOnlyMemory<byte>?);

    /// <summary>The first package of the version that is not stored any more; null when it can run.</summary>
    public static async ValueTask<string?> MissingPackage(FunctionVersion version, CodeStore code, CancellationToken stop)
    {
        foreach (var digest in version.Layers.Select(layer => layer.Digest).Prepend(version.CodeDigest))
            if (await code.FindZip(digest, stop) is null)
                return digest;
        return null;
    }

    static JsonObject WithAnswer(JsonObject document, ReadOnlyMemory<byte>? answer)
    {
        document["answer"] = answer is { } bytes ? InvocationDocument.Payload(bytes) : null;
        return document;
    }

    static JsonArray Documents(IEnumerable<Difference> differences) =>
        [.. differences.Select(one => new JsonObject { ["path"] = one.Path, ["recorded"] = one.Recorded, ["replay"] = one.Replay })];

    [GeneratedRegex(@"\A(\$LATEST|[a-zA-Z0-9$_-]+)\z")]
    private static partial Regex QualifierPattern();
}
