using Aloft.Platform.Functions.History;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda.History;

/// <summary>What the operations on past invocations take, and how they refuse.</summary>
internal static class HistoryInput
{
    static readonly TimeSpan DefaultSince = TimeSpan.FromHours(24);

    /// <summary>All of the query, so that what nobody reads is refused.</summary>
    public static Members Query(ApiRequest request)
    {
        var input = Members.Empty();
        foreach (var (name, values) in request.Http.Query)
            input.With(name, values.ToString());
        return input;
    }

    /// <summary>The function that is asked about, whether it still exists or not; null for all.</summary>
    public static FunctionKey? Function(ApiRequest request, Members input) =>
        input.Has("FunctionName") ? FunctionName.Take(request.Context, input).Unqualified() : null;

    /// <summary>From ms since 1970; a day ago when nothing is said.</summary>
    public static DateTimeOffset Since(Members input, TimeProvider time)
    {
        var latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
        return input.OptionalLong("Since", min: 0, max: latest) is { } ms
            ? DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(ms, 0, latest))
            : time.GetUtcNow() - DefaultSince;
    }

    /// <summary>Throws where nothing is recorded: an empty answer would not be the truth.</summary>
    public static void RequireOn(InvocationHistory history)
    {
        if (!history.Settings.IsOn)
            throw new ApiError("HistoryOffException", 400,
                "This node keeps no history of invocations: it was started with --history-days 0 or --history-megabytes 0.");
    }

    public static async ValueTask<RecordedInvocation> Recorded(InvocationHistory history, ApiRequest request, CancellationToken stop)
    {
        RequireOn(history);
        var text = request.Path("RequestId");
        if (!Guid.TryParseExact(text, "D", out var requestId))
            throw ApiError.Validation($"'{(text.Length > 100 ? text[..100] : text)}' is not a request id, such as 8fc6f963-411b-48b5-8483-a32130c0f45d.");
        return await history.Find(request.Context.Account, request.Context.Region, requestId, stop)
            ?? throw new ApiError("ResourceNotFoundException", 404,
                $"No invocation {requestId} is remembered. What is older than {history.Settings.Age.TotalDays:0.##} days, or beyond "
                + $"{history.Settings.Bytes / (1024 * 1024)} MB of newer ones, is forgotten; a throttled one never ran.");
    }

    public static InvocationContent Content(RecordedInvocation recorded) => recorded.Content
        ?? throw new ApiError("EventNotKeptException", 409,
            $"The event of {recorded.Figures.RequestId} was not kept, only its figures: more came in at the time than is recorded in full.");
}
