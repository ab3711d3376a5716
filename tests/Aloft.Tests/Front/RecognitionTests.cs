using Aloft.Platform.Kernel;

namespace Aloft.Tests.Front;

public class RecognitionTests
{
    readonly FrontBed bed = new();

    [Fact]
    public async Task The_scope_decides_and_gives_the_region()
    {
        var reply = await bed.Send("POST", "/", "{}", FrontBed.Scope("logs"), ("X-Amz-Target", "Logs_20140328.DescribeLogGroups"));
        Assert.Equal(200, reply.Status);
        Assert.Equal("eu-west-1", bed.Last!.Context.Region);
        Assert.Equal(RequestContext.DefaultAccount, bed.Last.Context.Account);
        Assert.Equal("arn:aws:iam::000000000000:root", bed.Last.Context.PrincipalArn);
    }

    [Fact]
    public async Task An_access_key_id_of_twelve_digits_is_an_account()
    {
        await bed.Send("POST", "/", "{}", FrontBed.Scope("logs", key: "123456789012"), ("X-Amz-Target", "Logs_20140328.DescribeLogGroups"));
        Assert.Equal("123456789012", bed.Last!.Context.Account);
    }

    [Fact]
    public async Task The_scope_of_a_presigned_request_decides_too()
    {
        var reply = await bed.Send(
            "GET",
            "/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256"
            + "&X-Amz-Credential=123456789012%2F20260203%2Fus-east-1%2Fsts%2Faws4_request&X-Amz-Signature=0");
        Assert.Equal(200, reply.Status);
        Assert.Contains("<Account>123456789012</Account>", reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_target_decides_for_an_unsigned_request()
    {
        var reply = await bed.Send("POST", "/", "{}", ("X-Amz-Target", "Logs_20140328.DescribeLogGroups"));
        Assert.Equal((200, "application/x-amz-json-1.1"), (reply.Status, reply.Headers.ContentType.ToString()));
        Assert.Equal("us-east-1", bed.Last!.Context.Region);
    }

    [Theory]
    [InlineData("lambda.eu-west-1.amazonaws.com")]
    [InlineData("LAMBDA.us-east-1.amazonaws.com:4566")]
    [InlineData("lambda.us-east-1.api.aws")]
    public async Task The_host_decides_next(string host)
    {
        var reply = await bed.Send("GET", "/elsewhere", "", ("Host", host));
        Assert.Equal("UnknownOperationException", reply.ErrorType);
        Assert.StartsWith("AWS Lambda has no operation at GET /elsewhere", reply.Json["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_action_decides_in_query_or_body()
    {
        Assert.Equal(200, (await bed.Send("GET", "/?Action=GetCallerIdentity&Version=2011-06-15")).Status);
        Assert.Equal(200, (await bed.Send("POST", "/", "Action=GetCallerIdentity&Version=2011-06-15", ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"))).Status);
    }

    [Fact]
    public async Task The_path_decides_last()
    {
        Assert.Equal(200, (await bed.Send("GET", "/2015-03-31/functions/")).Status);
        Assert.Equal(200, (await bed.Send("GET", "http://localhost:4566/2015-03-31/functions?MaxItems=1")).Status);
    }

    [Fact]
    public async Task Scope_beats_host_and_target()
    {
        var reply = await bed.Send("GET", "/2015-03-31/functions/f", "", FrontBed.Scope("lambda"), ("Host", "logs.us-east-1.amazonaws.com"), ("X-Amz-Target", "Other.X"));
        Assert.Equal(200, reply.Status);
        Assert.Equal("f", bed.Last!.Path("FunctionName"));
    }

    [Theory]
    [InlineData("/", "glacier", null, null)]
    [InlineData("/", null, "DynamoDB_20120810.ListTables", null)]
    [InlineData("/x", null, null, "glacier.us-east-1.amazonaws.com")]
    public async Task An_unknown_service_is_named(string target, string? scope, string? amzTarget, string? host)
    {
        List<(string, string)> headers = [];
        if (scope is not null) headers.Add(FrontBed.Scope(scope));
        if (amzTarget is not null) headers.Add(("X-Amz-Target", amzTarget));
        if (host is not null) headers.Add(("Host", host));
        var reply = await bed.Send("POST", target, "{}", [.. headers]);
        Assert.Equal(400, reply.Status);
        Assert.Contains($"The service '{scope ?? amzTarget ?? "glacier"}' is not supported by Aloft yet", reply.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s3", "application/xml", "<Error>")]
    [InlineData("route53", "text/xml", "<ErrorResponse><Error><Type>Sender</Type>")]
    public async Task An_unknown_service_that_speaks_xml_is_told_in_its_xml(string service, string contentType, string opening)
    {
        var reply = await bed.Send("GET", "/any", "", FrontBed.Scope(service));
        Assert.Equal((400, contentType), (reply.Status, reply.Headers.ContentType.ToString()));
        Assert.StartsWith(
            $"{opening}<Code>UnsupportedOperationException</Code><Message>The service '{service}' is not supported by Aloft yet.",
            reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_recognised_tells_what_to_send()
    {
        var reply = await bed.Send("GET", "/favicon.ico");
        Assert.Equal(404, reply.Status);
        Assert.Contains("Served here: lambda, logs, sts.", reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_aws_has_and_aloft_has_not_is_said_so()
    {
        var rest = await bed.Send("GET", "/2015-03-31/functions/f/aliases");
        Assert.Equal((400, "UnsupportedOperationException"), (rest.Status, rest.ErrorType));
        Assert.Contains("lambda:ListAliases is not supported by Aloft yet", rest.Body, StringComparison.Ordinal);

        var json = await bed.Send("POST", "/", "{}", ("X-Amz-Target", "Logs_20140328.StartQuery"));
        Assert.Equal((400, "UnsupportedOperationException"), (json.Status, json.Json["__type"]!.GetValue<string>()));

        var query = await bed.Send("GET", "/?Action=GetSessionToken&Version=2011-06-15");
        Assert.Equal(400, query.Status);
        Assert.Contains("<Code>UnsupportedOperationException</Code>", query.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Logs_20140328.Nonsense")]
    [InlineData("Logs_20140328.")]
    [InlineData("Logs_20140328")]
    public async Task An_unknown_target_is_an_unknown_operation(string target)
    {
        var reply = await bed.Send("POST", "/", "{}", ("X-Amz-Target", target));
        Assert.Equal((400, "UnknownOperationException"), (reply.Status, reply.Json["__type"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_missing_target_or_action_is_asked_for()
    {
        Assert.Contains("X-Amz-Target is missing", (await bed.Send("POST", "/", "{}", FrontBed.Scope("logs"))).Body, StringComparison.Ordinal);
        var query = await bed.Send("POST", "/", "", FrontBed.Scope("sts"));
        Assert.Equal(400, query.Status);
        Assert.Contains("<Code>MissingAction</Code>", query.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/?Action=Nonsense&Version=2011-06-15", "Could not find operation Nonsense for version 2011-06-15")]
    [InlineData("/?Action=GetCallerIdentity&Version=1999-01-01", "Could not find operation GetCallerIdentity for version 1999-01-01")]
    [InlineData("/?Action=GetCallerIdentity", "Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED")]
    public async Task An_unknown_action_is_invalid(string target, string message)
    {
        foreach (var reply in new[] { await bed.Send("GET", target), await bed.Send("GET", target, "", FrontBed.Scope("sts")) })
        {
            Assert.Equal(400, reply.Status);
            Assert.Contains($"<Code>InvalidAction</Code><Message>{message}</Message>", reply.Body, StringComparison.Ordinal);
        }
    }
}
