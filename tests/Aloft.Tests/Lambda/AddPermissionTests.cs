using System.Text.Json.Nodes;

namespace Aloft.Tests.Lambda;

public sealed class AddPermissionTests
{
    [Theory]
    [InlineData("\"Principal\":\"444455556666\"", """{"AWS":"arn:aws:iam::444455556666:root"}""", null)]
    [InlineData("\"Principal\":\"arn:aws:iam::444455556666:user/a\"", """{"AWS":"arn:aws:iam::444455556666:user/a"}""", null)]
    [InlineData("\"Principal\":\"*\"", "\"*\"", null)]
    [InlineData(
        "\"Principal\":\"s3.amazonaws.com\",\"SourceArn\":\"arn:aws:s3:::bucket+1\",\"SourceAccount\":\"444455556666\"",
        """{"Service":"s3.amazonaws.com"}""",
        """{"StringEquals":{"AWS:SourceAccount":"444455556666"},"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::bucket+1"}}""")]
    [InlineData(
        "\"Principal\":\"alexa-appkit.amazon.com\",\"EventSourceToken\":\"amzn1.ask.skill\"", """{"Service":"alexa-appkit.amazon.com"}""",
        """{"StringEquals":{"lambda:EventSourceToken":"amzn1.ask.skill"}}""")]
    [InlineData("\"Principal\":\"*\",\"PrincipalOrgID\":\"o-a1b2c3d4e5f\"", "\"*\"", """{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5f"}}""")]
    [InlineData("\"Principal\":\"*\",\"InvokedViaFunctionUrl\":true", "\"*\"", """{"Bool":{"lambda:InvokedViaFunctionUrl":"true"}}""")]
    public async Task A_statement_is_written_as_AWS_writes_it(string parameters, string principal, string? condition)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        var response = await lambda.Respond(
            "AddPermission", "hello", JsonNode.Parse($$"""{"StatementId":"s-1","Action":"lambda:InvokeFunction",{{parameters}}}""")!.AsObject());
        Assert.Equal(201, response.HttpStatus);
        Assert.Equal(
            $$"""{"Sid":"s-1","Effect":"Allow","Principal":{{principal}},"Action":"lambda:InvokeFunction","Resource":"{{LambdaFixture.Arn}}hello" """.TrimEnd()
            + (condition is null ? "}" : $",\"Condition\":{condition}}}"),
            (string?)response.Body!["Statement"]);
    }

    [Fact]
    public async Task The_auth_type_of_a_url_goes_with_its_action()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        var added = await lambda.Call("AddPermission", "hello", Statement("s", ("Action", "lambda:InvokeFunctionUrl"), ("FunctionUrlAuthType", "NONE")));
        Assert.EndsWith("\"Condition\":{\"StringEquals\":{\"lambda:FunctionUrlAuthType\":\"NONE\"}}}", (string?)added["Statement"], StringComparison.Ordinal);
        Assert.Equal(
            "FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action",
            await lambda.Invalid("AddPermission", "hello", Statement("s", ("FunctionUrlAuthType", "NONE"))));
    }

    [Fact]
    public async Task A_statement_id_is_taken_once_in_each_policy()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create(also: new() { ["Publish"] = true });
        await lambda.Call("AddPermission", "hello", Statement("s"));
        Assert.Equal(
            "The statement id (s) provided already exists. Please provide a new statement id, or remove the existing statement.",
            await lambda.Fails("ResourceConflictException", 409, "AddPermission", "hello", Statement("s")));

        var version = await lambda.Call("AddPermission", "hello", Statement("s"), "Qualifier=1");
        Assert.Contains($"\"Resource\":\"{LambdaFixture.Arn}hello:1\"", (string?)version["Statement"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_is_for_must_exist()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.NotFound("AddPermission", "none", Statement("s"));
        await lambda.Create();
        await lambda.NotFound("AddPermission", "hello", Statement("s"), "Qualifier=1");
        Assert.Equal($"Cannot find alias arn: {LambdaFixture.Arn}hello:live", await lambda.NotFound("AddPermission", "hello:live", Statement("s")));
        Assert.Equal(
            "We currently do not support adding policies for $LATEST.", await lambda.Invalid("AddPermission", "hello", Statement("s"), "Qualifier=$LATEST"));
    }

    [Fact]
    public async Task The_revision_must_be_the_policys_when_it_is_given()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        await lambda.Fails("PreconditionFailedException", 412, "AddPermission", "hello", Statement("a", ("RevisionId", "other")));
        await lambda.Call("AddPermission", "hello", Statement("a"));
        var revision = (string)(await lambda.Call("GetPolicy", "hello"))["RevisionId"]!;
        await lambda.Call("AddPermission", "hello", Statement("b", ("RevisionId", revision)));
        await lambda.Fails("PreconditionFailedException", 412, "AddPermission", "hello", Statement("c", ("RevisionId", revision)));
    }

    [Fact]
    public async Task A_policy_has_20_KiB_at_most()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        string Source(int length) => "arn:aws:s3:::" + new string('b', length);
        await lambda.Call("AddPermission", "hello", Statement("a", ("SourceArn", Source(10_000))));
        Assert.StartsWith(
            "The final policy size (",
            await lambda.Fails("PolicyLengthExceededException", 400, "AddPermission", "hello", Statement("b", ("SourceArn", Source(11_000)))));
        Assert.DoesNotContain("\"b\"", (string?)(await lambda.Call("GetPolicy", "hello"))["Policy"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("StatementId", "a b")]
    [InlineData("Action", "s3:GetObject")]
    [InlineData("Principal", "a b")]
    [InlineData("SourceArn", "bucket")]
    [InlineData("SourceAccount", "1234")]
    [InlineData("PrincipalOrgID", "o-1")]
    [InlineData("FunctionUrlAuthType", "OTHER")]
    public async Task Parameters_have_their_form(string member, string value)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Contains(
            $"'{char.ToLowerInvariant(member[0])}{member[1..]}'", await lambda.Breaks("AddPermission", "hello", Statement("s", (member, value))),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_principal_is_an_account_an_arn_or_a_service()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Equal(
            "The provided principal was invalid. Please check the principal and try again.",
            await lambda.Invalid("AddPermission", "hello", Statement("s", ("Principal", "somebody"))));
    }

    static JsonObject Statement(string id, params (string Name, string Value)[] also)
    {
        var body = new JsonObject { ["StatementId"] = id, ["Action"] = "lambda:InvokeFunction", ["Principal"] = "s3.amazonaws.com" };
        foreach (var (name, value) in also)
            body[name] = value;
        return body;
    }
}
