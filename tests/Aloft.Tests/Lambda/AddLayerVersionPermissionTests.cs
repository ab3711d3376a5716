using System.Text.Json.Nodes;

namespace Aloft.Tests.Lambda;

public sealed class AddLayerVersionPermissionTests
{
    public static JsonObject Statement(string id = "friends", string principal = "*") => new()
    {
        ["StatementId"] = id,
        ["Action"] = "lambda:GetLayerVersion",
        ["Principal"] = principal,
    };

    [Theory]
    [InlineData("*", "\"*\"")]
    [InlineData("999900001111", """{"AWS":"arn:aws:iam::999900001111:root"}""")]
    [InlineData("arn:aws:iam::999900001111:root", """{"AWS":"arn:aws:iam::999900001111:root"}""")]
    public async Task The_statement_is_answered(string principal, string shown)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.PublishLayer();
        var answer = await lambda.Respond("AddLayerVersionPermission", "shared/1", Statement(principal: principal));
        Assert.Equal(201, answer.HttpStatus);
        var statement = $$"""{"Sid":"friends","Effect":"Allow","Principal":{{shown}},"Action":"lambda:GetLayerVersion","Resource":"{{LambdaFixture.LayerArn}}shared:1"}""";
        Assert.Equal(statement, (string?)answer.Body!["Statement"]);
        Assert.True(Guid.TryParse((string?)answer.Body["RevisionId"], out _));
    }

    [Fact]
    public async Task A_statement_id_is_given_once()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.PublishLayer();
        await lambda.Call("AddLayerVersionPermission", "shared/1", Statement());
        Assert.Equal(
            "The statement id (friends) provided already exists. Please provide a new statement id, or remove the existing statement.",
            await lambda.Fails("ResourceConflictException", 409, "AddLayerVersionPermission", "shared/1", Statement()));
    }

    [Fact]
    public async Task Only_the_current_revision_is_changed()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.PublishLayer();
        var first = (string)(await lambda.Call("AddLayerVersionPermission", "shared/1", Statement()))["RevisionId"]!;
        var second = (string)(await lambda.Call("AddLayerVersionPermission", "shared/1", Statement("b"), $"RevisionId={first}"))["RevisionId"]!;
        Assert.NotEqual(first, second);
        await lambda.Fails("PreconditionFailedException", 412, "AddLayerVersionPermission", "shared/1", Statement("c"), $"RevisionId={first}");
    }

    [Fact]
    public async Task A_version_must_be_there()
    {
        await using var lambda = await LambdaFixture.Open();
        Assert.Equal(
            $"Layer version {LambdaFixture.LayerArn}shared:1 does not exist.",
            await lambda.NotFound("AddLayerVersionPermission", "shared/1", Statement()));
    }

    [Fact]
    public async Task A_policy_has_an_end()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.PublishLayer();
        for (var i = 0; i < 80; i++)
            await lambda.Call("AddLayerVersionPermission", "shared/1", Statement($"s{i}"));
        await lambda.Fails("PolicyLengthExceededException", 400, "AddLayerVersionPermission", "shared/1", Statement("s80"));
    }

    [Theory]
    [InlineData("StatementId", "a b")]
    [InlineData("Action", "lambda:InvokeFunction")]
    [InlineData("Principal", "s3.amazonaws.com")]
    public async Task Constraints_of_the_model_hold(string member, string value)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.PublishLayer();
        var statement = Statement();
        statement[member] = value;
        Assert.Contains(
            $"'{char.ToLowerInvariant(member[0])}{member[1..]}'", await lambda.Breaks("AddLayerVersionPermission", "shared/1", statement),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_organization_is_refused_by_name()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.PublishLayer();
        var statement = Statement();
        statement["OrganizationId"] = "o-0123456789";
        Assert.Contains("organizationId", await lambda.Invalid("AddLayerVersionPermission", "shared/1", statement), StringComparison.Ordinal);
    }
}
