using System.Text;
using Aloft.Platform.Lambda.History;

namespace Aloft.Tests.Lambda.History;

public sealed class AnswerComparisonTests
{
    static readonly Guid Then = Guid.Parse("00000000-0000-4000-8000-000000000001"), Now = Guid.Parse("00000000-0000-4000-8000-000000000002");

    static string[] Differences(string recorded, string replay, params string[] ignored) =>
        [.. AnswerComparison.Of(Answer(Then, recorded), Answer(Now, replay), ignored).Select(one => $"{one.Path}: {one.Recorded ?? "-"} > {one.Replay ?? "-"}")];

    static ComparedAnswer Answer(Guid id, string text, string? errorType = null) => new(id, errorType, Encoding.UTF8.GetBytes(text), null);

    [Theory]
    [InlineData("""{"a":1,"b":2}""", """{"b": 2, "a": 1}""")]
    [InlineData("[1.0]", "[1]")]
    [InlineData("\"\\u00e4\"", "\"ä\"")]
    [InlineData("plain", "plain")]
    [InlineData("""{"id":"00000000-0000-4000-8000-000000000001"}""", """{"id":"00000000-0000-4000-8000-000000000002"}""")]
    [InlineData("""{"body":"{\"a\":1,\"b\":2}"}""", """{"body":"{\"b\":2,\"a\":1}"}""")]
    [InlineData("", "")]
    public void Same(string recorded, string replay) => Assert.Empty(Differences(recorded, replay));

    [Theory]
    [InlineData("1", "2", "$: 1 > 2")]
    [InlineData("1", "\"1\"", "$: 1 > \"1\"")]
    [InlineData("null", "{}", "$: null > {}")]
    [InlineData("true", "false", "$: true > false")]
    [InlineData("""{"a":{"b":[1,2]}}""", """{"a":{"b":[1,3]}}""", "$.a.b[1]: 2 > 3")]
    [InlineData("""{"a":1}""", """{"b":1}""", "$.a: 1 > -", "$.b: - > 1")]
    [InlineData("[1]", "[1,{}]", "$[1]: - > {}")]
    [InlineData("""{"a b":1}""", """{"a b":2}""", "$[\"a b\"]: 1 > 2")]
    [InlineData("""{"body":"{\"a\":1}"}""", """{"body":"{\"a\":2}"}""", "$.body(json).a: 1 > 2")]
    [InlineData("plain", "other", "$: \"plain\" > \"other\"")]
    [InlineData("plain", "1", "$: \"plain\" > \"1\"")]
    [InlineData("""["\ud83d"]""", """["\ud83e"]""", "$: \"[\\\"\\\\ud83d\\\"]\" > \"[\\\"\\\\ud83e\\\"]\"")] // half a surrogate pair
    public void Differs(string recorded, string replay, params string[] expected) => Assert.Equal(expected, Differences(recorded, replay));

    [Fact]
    public void Ignored_paths_cover_what_is_below_them()
    {
        const string recorded = """{"time":{"ms":1},"items":[{"id":1,"n":1},{"id":2,"n":1}],"timely":1}""";
        const string replay = """{"time":{"ms":2},"items":[{"id":3,"n":1},{"id":4,"n":2}],"timely":2}""";
        Assert.Equal(["$.items[1].n: 1 > 2", "$.timely: 1 > 2"], Differences(recorded, replay, "$.time", "$.items[*].id"));
    }

    [Fact]
    public void Errors_are_compared_by_type_and_message()
    {
        static int Count(ComparedAnswer one, ComparedAnswer other) => AnswerComparison.Of(one, other, []).Count;
        var failed = Answer(Then, $$"""{"errorType":"E","errorMessage":"RequestId: {{Then}} Error: m","trace":["a"]}""", "E");
        Assert.Equal(0, Count(failed, Answer(Now, $$"""{"errorType":"E","errorMessage":"RequestId: {{Now}} Error: m","trace":["b"]}""", "E")));
        Assert.Equal(2, Count(failed, Answer(Now, """{"errorType":"F","errorMessage":"n"}""", "F")));
        Assert.Equal(1, Count(failed, Answer(Now, "1")));
        Assert.Equal(0, Count(Answer(Then, "what a custom runtime says", "Unhandled"), Answer(Now, "what a custom runtime says", "Unhandled")));
    }

    [Fact]
    public void Long_streams_are_compared_by_digest()
    {
        var bytes = new byte[1000];
        var digest = System.Security.Cryptography.SHA256.HashData(bytes);
        Assert.Empty(AnswerComparison.Of(new(Then, null, null, digest), new(Now, null, bytes, null), []));
        Assert.Equal("sha256", AnswerComparison.Of(new(Then, null, null, digest), new(Now, null, null, new byte[32]), []).Single().Path);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_compared_as_bytes()
    {
        static IReadOnlyList<Difference> Of(byte[] recorded, byte[] replay) =>
            AnswerComparison.Of(new(Then, null, recorded, null), new(Now, null, replay, null), []);
        Assert.Equal("sha256", Of([1, 0xFE], [1, 0xFF]).Single().Path);
        Assert.Empty(Of([1, 0xFE], [1, 0xFE]));
    }

    [Fact]
    public void No_more_are_told_than_a_person_reads() => Assert.Equal(100, Differences("[]", $"[{string.Join(",", Enumerable.Range(0, 1000))}]").Length);
}
