using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Aloft.Wire;

namespace Aloft.Platform.Lambda.History;

/// <summary>How an invocation ended, for a comparison.</summary>
/// <param name="ErrorType">Null when it went well.</param>
/// <param name="Answer">Null when it is known by its digest.</param>
internal sealed record ComparedAnswer(Guid RequestId, string? ErrorType, ReadOnlyMemory<byte>? Answer, byte[]? Digest);

/// <param name="Path"><c>$.items[2].name</c>; <c>outcome</c>, <c>errorType</c>, <c>errorMessage</c> or <c>sha256</c> where it is no part of an answer.</param>
/// <param name="Recorded">As JSON text; null where there was nothing.</param>
internal sealed record Difference(string Path, string? Recorded, string? Replay);

/// <summary>
/// What differs between two answers. JSON is compared value by value, whatever the order of its members; text within it that is JSON itself,
/// as the body of an HTTP answer, likewise. Where an answer names its own request id, that is no difference. Errors are compared by type and
/// message.
/// </summary>
internal sealed partial class AnswerComparison
{
    internal const int MaxDepth = 512;

    /// <summary>More than a person reads.</summary>
    const int MostDifferences = 100;

    const string OwnRequestId = "{own request id}";

    static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth };

    static readonly JsonSerializerOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly List<Difference> found = [];
    readonly IReadOnlyList<string> ignored;

    AnswerComparison(IReadOnlyList<string> ignored) => this.ignored = ignored;

    /// <param name="ignored">Paths that may differ, with all below them; <c>[*]</c> stands for any index.</param>
    public static IReadOnlyList<Difference> Of(ComparedAnswer recorded, ComparedAnswer replay, IReadOnlyList<string> ignored)
    {
        var comparison = new AnswerComparison(ignored);
        comparison.Outcome(recorded, replay);
        return comparison.found;
    }

    void Outcome(ComparedAnswer recorded, ComparedAnswer replay)
    {
        if (recorded.ErrorType is null != replay.ErrorType is null)
            Differ("outcome", Quoted(recorded.ErrorType ?? "answered"), Quoted(replay.ErrorType ?? "answered"));
        else if (recorded.ErrorType is not null)
            Errors(recorded, replay);
        else if (recorded.Answer is { } before && replay.Answer is { } now && Utf8.IsValid(before.Span) && Utf8.IsValid(now.Span))
            Texts("$", TextOf(before, recorded.RequestId), TextOf(now, replay.RequestId), isAnswer: true);
        else if (!DigestOf(recorded).AsSpan().SequenceEqual(DigestOf(replay)))
            Differ("sha256", Quoted(Convert.ToHexStringLower(DigestOf(recorded))), Quoted(Convert.ToHexStringLower(DigestOf(replay))));
    }

    void Errors(ComparedAnswer recorded, ComparedAnswer replay)
    {
        if (recorded.ErrorType != replay.ErrorType)
            Differ("errorType", Quoted(recorded.ErrorType!), Quoted(replay.ErrorType!));
        var (before, now) = (MessageOf(recorded), MessageOf(replay));
        if (before != now)
            Differ("errorMessage", Quoted(before), Quoted(now));
    }

    /// <summary>Without it, all that there is.</summary>
    static string MessageOf(ComparedAnswer failed)
    {
        var text = TextOf(failed.Answer ?? default, failed.RequestId);
        return Parse(text) is { ValueKind: JsonValueKind.Object } error && error.TryGetProperty("errorMessage", out var message)
            ? message.ToString()
            : text;
    }

    void Texts(string path, string recorded, string replay, bool isAnswer)
    {
        if (recorded == replay)
            return;
        if (Parse(recorded) is { } before && Parse(replay) is { } now && (isAnswer || (IsContainer(before) && IsContainer(now))))
            Values(isAnswer ? path : $"{path}(json)", before, now);
        else
            Differ(path, Quoted(recorded), Quoted(replay));
    }

    static bool IsContainer(JsonElement element) => element.ValueKind is JsonValueKind.Object or JsonValueKind.Array;

    void Values(string path, JsonElement recorded, JsonElement replay)
    {
        switch (recorded.ValueKind, replay.ValueKind)
        {
            case (JsonValueKind.Object, JsonValueKind.Object):
                Members(path, recorded, replay);
                break;
            case (JsonValueKind.Array, JsonValueKind.Array):
                Items(path, recorded, replay);
                break;
            case (JsonValueKind.String, JsonValueKind.String):
                Texts(path, recorded.GetString()!, replay.GetString()!, isAnswer: false);
                break;
            case var (before, now) when before != now || !JsonElement.DeepEquals(recorded, replay):
                Differ(path, recorded.GetRawText(), replay.GetRawText());
                break;
        }
    }

    void Members(string path, JsonElement recorded, JsonElement replay)
    {
        foreach (var member in recorded.EnumerateObject())
        {
            var at = Identifier().IsMatch(member.Name) ? $"{path}.{member.Name}" : $"{path}[{Quoted(member.Name)}]";
            if (replay.TryGetProperty(member.Name, out var now))
                Values(at, member.Value, now);
            else
                Differ(at, member.Value.GetRawText(), null);
        }
        foreach (var member in replay.EnumerateObject())
            if (!recorded.TryGetProperty(member.Name, out _))
                Differ(Identifier().IsMatch(member.Name) ? $"{path}.{member.Name}" : $"{path}[{Quoted(member.Name)}]", null, member.Value.GetRawText());
    }

    void Items(string path, JsonElement recorded, JsonElement replay)
    {
        var (before, now) = (recorded.GetArrayLength(), replay.GetArrayLength());
        for (var i = 0; i < Math.Max(before, now); i++)
            if (i < before && i < now)
                Values($"{path}[{i}]", recorded[i], replay[i]);
            else
                Differ($"{path}[{i}]", i < before ? recorded[i].GetRawText() : null, i < now ? replay[i].GetRawText() : null);
    }

    void Differ(string path, string? recorded, string? replay)
    {
        if (found.Count < MostDifferences && !ignored.Any(pattern => Covers(pattern, path)))
            found.Add(new(path, recorded, replay));
    }

    static bool Covers(string pattern, string path)
    {
        var at = pattern.Contains("[*]", StringComparison.Ordinal) ? Index().Replace(path, "[*]") : path;
        return at == pattern || (at.StartsWith(pattern, StringComparison.Ordinal) && at[pattern.Length] is '.' or '[' or '(');
    }

    static string TextOf(ReadOnlyMemory<byte> answer, Guid requestId) =>
        Encoding.UTF8.GetString(answer.Span).Replace(requestId.ToString(), OwnRequestId, StringComparison.OrdinalIgnoreCase);

    static byte[] DigestOf(ComparedAnswer one) => one.Digest ?? System.Security.Cryptography.SHA256.HashData((one.Answer ?? default).Span);

    static JsonElement? Parse(string text)
    {
        try
        {
            if (JsonText.Flaw(Encoding.UTF8.GetBytes(text), MaxDepth) is not null)
                return null; // half a surrogate pair could not be read
            using var document = JsonDocument.Parse(text, Options);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static string Quoted(string text) => JsonSerializer.Serialize(text, Unescaped);

    [GeneratedRegex(@"\A[A-Za-z_$][A-Za-z0-9_$-]*\z")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"\[[0-9]+\]")]
    private static partial Regex Index();
}
