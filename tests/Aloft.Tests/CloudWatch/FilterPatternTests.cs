using Aloft.Platform.CloudWatch.Filters;
using Aloft.Wire;

namespace Aloft.Tests.CloudWatch;

/// <summary>The examples of AWS's own pages, and what they leave open.</summary>
public sealed class FilterPatternTests
{
    const string Trail =
        """
        {"eventType": "UpdateTrail", "sourceIPAddress": "111.111.111.111", "arrayKey": ["value", "another value"],
         "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}], "SomeObject": null, "ThisFlag": true, "latency": 512.5,
         "status": 404, "code": "404", "key.with.dots": {"x": "y z"}, "asterisks": "Ev*ent"}
        """;

    const string Users =
        """
        {"user": {"id": 1, "email": "John.Stiles@example.com"},
         "users": [{"id": 2, "email": "John.Doe@example.com"}, {"id": 3, "email": "Jane.Doe@example.com"}],
         "actions": ["GET", "PUT", "DELETE"], "coordinates": [[0, 1, 2], [4, 5, 6], [7, 8, 9]]}
        """;

    [Theory]
    [InlineData("", "anything", true)]
    [InlineData("  ", "anything", true)]
    [InlineData("\"\"", "anything", true)]
    [InlineData("ERROR", "[ERROR] A fatal exception has occurred", true)]
    [InlineData("ERROR", "Exiting with ERRORCODE: -1", true)]
    [InlineData("ERROR", "error", false)]
    [InlineData("ERROR -Exiting", "Exiting with ERRORCODE: -1", false)]
    [InlineData("\"ERROR\" - \"Exiting\"", "Exiting with ERRORCODE: -1", false)]
    [InlineData("-Exiting", "fine", true)]
    [InlineData("ERROR Exception", "[ERROR] Unhandled Exception", true)]
    [InlineData("ERROR Exception", "[ERROR] unhandled", false)]
    [InlineData("\"Failed to process\"", "[WARN] Failed to process the request", true)]
    [InlineData("\"Failed to process\"", "process Failed to", false)]
    [InlineData("\"say \\\"hi\\\"\"", "they say \"hi\" there", true)]
    [InlineData("?ERROR ?WARN", "WARN message", true)]
    [InlineData("?ERROR ?WARN", "INFO message", false)]
    [InlineData("ERROR ?WARN", "ERROR message", true)]
    [InlineData("ERROR ?WARN", "WARN message", false)]
    [InlineData("%AUTHORIZED%", "[ERROR 401] UNAUTHORIZED REQUEST", true)]
    [InlineData("%\\d{1,3}\\.\\d{1,3}%", "from 10.20", true)]
    [InlineData("%^[hc]at%", "the cat", false)]
    [InlineData("%gray|grey% -dog", "a grey cat", true)]
    [InlineData("%gray|grey% -dog", "a grey dog", false)]
    [InlineData("größe_1", "die größe_1", true)]
    public void Terms_phrases_and_expressions_match_text(string pattern, string message, bool matches) =>
        Assert.Equal(matches, FilterPattern.Parse(pattern)?.Matches(message) ?? true);

    [Theory]
    [InlineData("{ $.eventType = \"UpdateTrail\" }", true)]
    [InlineData("{$.eventType=UpdateTrail}", true)]
    [InlineData("{ $.eventType != \"UpdateTrail\" }", false)]
    [InlineData("{ $.eventType = *Trail }", true)]
    [InlineData("{ $.eventType = Update* }", true)]
    [InlineData("{ $.eventType = \"*dateT*\" }", true)]
    [InlineData("{ $.eventType = Up*ail }", false)]
    [InlineData("{ $.asterisks = Ev*ent }", true)]
    [InlineData("{ $.eventType = * }", true)]
    [InlineData("{ $.missing = * }", false)]
    [InlineData("{ $.sourceIPAddress != 123.123.* }", true)]
    [InlineData("{ $.sourceIPAddress = %111\\.111% }", true)]
    [InlineData("{ $.sourceIPAddress != %222% }", true)]
    [InlineData("{ $.arrayKey[0] = \"value\" }", true)]
    [InlineData("{ $.arrayKey[2] = \"value\" }", false)]
    [InlineData("{ $.arrayKey = \"value\" }", false)]
    [InlineData("{ $.arrayKey != \"value\" }", false)]
    [InlineData("{ $.objectList[1].id = 2 }", true)]
    [InlineData("{ $.objectList[1].id = 2.0 }", true)]
    [InlineData("{ $.SomeObject IS NULL }", true)]
    [InlineData("{ $.eventType IS NULL }", false)]
    [InlineData("{ $.SomeOtherObject NOT EXISTS }", true)]
    [InlineData("{ $.SomeObject NOT EXISTS }", false)]
    [InlineData("{ $.SomeOtherObject != 1 }", false)]
    [InlineData("{ $.ThisFlag IS TRUE }", true)]
    [InlineData("{ $.ThisFlag is false }", false)]
    [InlineData("{ $.latency >= 500 }", true)]
    [InlineData("{ $.latency > +512.5 }", false)]
    [InlineData("{ $.latency < 10e3 }", true)]
    [InlineData("{ $.latency <= -1 }", false)]
    [InlineData("{ $.status = 404 }", true)]
    [InlineData("{ $.status != 404 }", false)]
    [InlineData("{ $.status = 4* }", true)]
    [InlineData("{ $.code = 404 }", true)]
    [InlineData("{ $.code > 400 }", false)]
    [InlineData("{ $['key.with.dots'].x = \"y z\" }", true)]
    [InlineData("{ $.[\"key.with.dots\"].x = \"y z\" }", true)]
    public void A_condition_matches_JSON(string pattern, bool matches) =>
        Assert.Equal(matches, FilterPattern.Parse(pattern)!.Matches(Trail));

    [Theory]
    [InlineData("{ ($.user.id = 1) && ($.users[0].email = \"John.Doe@example.com\") }", true)]
    [InlineData("{ ($.user.id = 2 && $.users[0].email = \"nonmatch\") || $.actions[2] = \"GET\" }", false)]
    [InlineData("{ $.user.email = \"John.Stiles@example.com\" || $.coordinates[0][1] = nonmatch && $.actions[2] = nomatch }", true)]
    [InlineData("{ ($.user.email = \"John.Stiles@example.com\" || $.coordinates[0][1] = nonmatch) && $.actions[2] = nomatch }", false)]
    [InlineData("{ $.coordinates[2][1] = 8 }", true)]
    public void And_binds_closer_than_or(string pattern, bool matches) =>
        Assert.Equal(matches, FilterPattern.Parse(pattern)!.Matches(Users));

    [Theory]
    [InlineData("plain text")]
    [InlineData("{not json")]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("{\"a\": \"\\ud800\"}")]
    public void Other_text_does_not_match_a_condition(string message) => Assert.False(FilterPattern.Parse("{ $.a = 1 || $.a = x }")!.Matches(message));

    [Theory]
    [InlineData("{ $.a = 1", "If a filter pattern starts with '{' it must end with '}'")]
    [InlineData("[a, b]", "not supported by Aloft yet")]
    [InlineData("email@domain.com", "Invalid character(s) in term 'email@domain.com'")]
    [InlineData("\"open", "not closed")]
    [InlineData("%open", "not closed")]
    [InlineData("%%", "empty")]
    [InlineData("%a!%", "Invalid character '!'")]
    [InlineData("%(a)%", "Invalid character '('")]
    [InlineData("%[a%", "Invalid regular expression")]
    [InlineData("%a%%b%%c%", "at most 2 regular expressions")]
    [InlineData("%a{1000}{2}%", "repetitions")]
    [InlineData("%a{99999999999}%", "repetitions")]
    [InlineData("ERROR -", "has no term")]
    [InlineData("{}", "a selector")]
    [InlineData("{ a = 1 }", "a selector")]
    [InlineData("{ $.a }", "an operator")]
    [InlineData("{ $. = 1 }", "a property name")]
    [InlineData("{ $.a = }", "a value")]
    [InlineData("{ $.a > b }", "a number")]
    [InlineData("{ $.a > \"1\" }", "a value")]
    [InlineData("{ $.a = 1 && }", "a selector")]
    [InlineData("{ ($.a = 1 }", "')'")]
    [InlineData("{ $.a = 1 ) }", "the end")]
    [InlineData("{ $.a[x] = 1 }", "an array index")]
    [InlineData("{ $.a[*] = 1 }", "an array index")]
    [InlineData("{ $.a[99999999999] = 1 }", "an array index")]
    [InlineData("{ $.a['x = 1 }", "a closing quote")]
    [InlineData("{ $.a IS 1 }", "NULL, TRUE or FALSE")]
    [InlineData("{ $.a NOT NULL }", "EXISTS")]
    public void A_pattern_that_is_not_understood_is_refused_and_says_why(string pattern, string message)
    {
        var error = Assert.Throws<ApiError>(() => FilterPattern.Parse(pattern));
        Assert.Equal("InvalidParameterException", error.Code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_parentheses_are_refused()
    {
        FilterPattern.Parse($"{{ {new string('(', 32)} $.a = 1 {new string(')', 32)} }}");
        Assert.Throws<ApiError>(() => FilterPattern.Parse($"{{ {new string('(', 33)} $.a = 1 {new string(')', 33)} }}"));
    }
}
