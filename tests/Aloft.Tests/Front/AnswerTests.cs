using System.Text.Json.Nodes;
using Aloft.Platform.Iam;
using Aloft.Platform.Kernel;
using Aloft.Storage;
using Aloft.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Aloft.Tests.Front;

public class AnswerTests
{
    const string Invocations = "/2015-03-31/functions/f/invocations";

    readonly FrontBed bed = new();

    [Fact]
    public async Task Rest_json_golden()
    {
        var reply = await bed.Send("GET", "/2015-03-31/functions/f");
        Assert.Equal((200, "application/json", """{"a":"é<"}"""), (reply.Status, reply.Headers.ContentType.ToString(), reply.Body));
        Assert.Equal(bed.Last!.Context.RequestId, reply.Headers["x-amzn-RequestId"].ToString());
        Assert.True(Guid.TryParseExact(bed.Last.Context.RequestId, "D", out _));
        Assert.Equal(11, reply.Headers.ContentLength);
    }

    [Fact]
    public async Task No_content_has_no_body_and_no_length()
    {
        var reply = await bed.Send("DELETE", "/2015-03-31/functions/f");
        Assert.Equal((204, "", null), (reply.Status, reply.Body, reply.Headers.ContentLength));
    }

    [Fact]
    public async Task Aws_json_knows_one_good_status()
    {
        var reply = await bed.Send("POST", "/", "{}", ("X-Amz-Target", "Logs_20140328.CreateLogGroup"));
        Assert.Equal((200, "", 0L), (reply.Status, reply.Body, reply.Headers.ContentLength));
    }

    [Fact]
    public async Task Query_golden()
    {
        var reply = await bed.Send("GET", "/?Action=GetCallerIdentity&Version=2011-06-15");
        Assert.Equal((200, "text/xml"), (reply.Status, reply.Headers.ContentType.ToString()));
        Assert.Equal(
            "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>"
            + "<Arn>arn:aws:iam::000000000000:root</Arn><UserId>000000000000</UserId><Account>000000000000</Account>"
            + $"</GetCallerIdentityResult><ResponseMetadata><RequestId>{reply.Headers["x-amzn-RequestId"]}</RequestId></ResponseMetadata></GetCallerIdentityResponse>",
            reply.Body);
    }

    [Fact]
    public async Task A_payload_goes_out_as_it_is()
    {
        byte[] payload = [0, 255, 128, 10];
        bed.OnInvoke = (_, _) => new(new ApiResponse
        {
            HttpStatus = 202,
            Payload = payload,
            ContentType = "application/octet-stream",
            Headers = [new("X-Amz-Executed-Version", "$LATEST")],
        });
        var http = FrontBed.Request("POST", Invocations, []);
        using var answer = new MemoryStream();
        http.Response.Body = answer;
        await bed.Door.Handle(http);
        Assert.Equal((202, 4L, "application/octet-stream"), (http.Response.StatusCode, http.Response.ContentLength, http.Response.ContentType));
        Assert.Equal("$LATEST", http.Response.Headers["X-Amz-Executed-Version"].ToString());
        Assert.Equal(payload, answer.ToArray());
    }

    static ApiError Throttle => new("TooManyRequestsException", 429, "Rate Exceeded. \"é\"")
    {
        Members = new Dictionary<string, string> { ["Reason"] = "ReservedFunctionConcurrentInvocationLimitExceeded" },
        Headers = new Dictionary<string, string> { ["Retry-After"] = "1" },
    };

    [Fact]
    public async Task A_rest_json_error_golden()
    {
        bed.OnInvoke = (_, _) => throw Throttle;
        var reply = await bed.Send("POST", Invocations);
        Assert.Equal((429, "TooManyRequestsException", "1"), (reply.Status, reply.ErrorType, reply.Headers.RetryAfter.ToString()));
        Assert.Equal("application/json", reply.Headers.ContentType.ToString());
        Assert.NotEmpty(reply.Headers["x-amzn-RequestId"].ToString());
        Assert.Equal(
            """{"Type":"User","Message":"Rate Exceeded. \"é\"","message":"Rate Exceeded. \"é\"","Reason":"ReservedFunctionConcurrentInvocationLimitExceeded"}""",
            reply.Body);
    }

    [Fact]
    public async Task An_aws_json_error_golden()
    {
        var reply = await bed.Send("POST", "/", "[]", ("X-Amz-Target", "Logs_20140328.Nope"));
        Assert.Equal((400, "application/x-amz-json-1.1"), (reply.Status, reply.Headers.ContentType.ToString()));
        Assert.Equal("""{"__type":"UnknownOperationException","message":"'Logs_20140328.Nope' is not an operation of Amazon CloudWatch Logs."}""", reply.Body);
    }

    [Fact]
    public async Task A_query_error_golden()
    {
        var reply = await bed.Send("GET", "/?Action=GetCallerIdentity&Version=2011-06-15&Foo=1", "", FrontBed.Scope("sts"));
        Assert.Equal((400, "text/xml"), (reply.Status, reply.Headers.ContentType.ToString()));
        Assert.Equal(
            "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>InvalidParameterValue</Code>"
            + "<Message>The parameter Foo is not supported by Aloft yet. Remove it, or see COMPATIBILITY.md.</Message></Error>"
            + $"<RequestId>{reply.Headers["x-amzn-RequestId"]}</RequestId></ErrorResponse>",
            reply.Body);
    }

    [Fact]
    public async Task A_bug_is_logged_once_and_answered_without_its_trace()
    {
        bed.OnInvoke = (_, _) => throw new InvalidOperationException("secret detail");
        var reply = await bed.Send("POST", Invocations);
        Assert.Equal((500, "ServiceException"), (reply.Status, reply.ErrorType));
        Assert.Equal("Service", reply.Json["Type"]!.GetValue<string>());
        Assert.DoesNotContain("secret detail", reply.Body, StringComparison.Ordinal);
        Assert.Equal($"Error: Request {reply.Headers["x-amzn-RequestId"]} to Invoke failed unexpectedly InvalidOperationException", Assert.Single(bed.Log));
    }

    [Theory]
    [InlineData(StorageFailure.Unavailable)]
    [InlineData(StorageFailure.Full)]
    public async Task A_database_that_does_not_answer_is_no_bug_and_clients_may_try_again(StorageFailure failure)
    {
        bed.OnInvoke = (_, _) => throw new StorageException(failure, "PostgreSQL at 10.0.0.1 does not answer.");
        var reply = await bed.Send("POST", Invocations);
        Assert.Equal((503, "ServiceUnavailable"), (reply.Status, reply.ErrorType));
        Assert.DoesNotContain("10.0.0.1", reply.Body, StringComparison.Ordinal);
        Assert.Equal(
            $"Warning: Request {reply.Headers["x-amzn-RequestId"]} to Invoke could not be served: PostgreSQL at 10.0.0.1 does not answer. ",
            Assert.Single(bed.Log));
    }

    [Fact]
    public async Task A_statement_that_the_database_refuses_is_a_bug()
    {
        bed.OnInvoke = (_, _) => throw new StorageException(StorageFailure.Invalid, "PostgreSQL refused the statement.");
        Assert.Equal(500, (await bed.Send("POST", Invocations)).Status);
    }

    [Fact]
    public async Task An_error_after_the_first_bytes_breaks_the_connection()
    {
        var http = FrontBed.Request("POST", Invocations, []);
        var lifetime = new Lifetime();
        var response = new StartedResponse();
        http.Features.Set<IHttpRequestLifetimeFeature>(lifetime);
        http.Features.Set<IHttpResponseFeature>(response);
        bed.OnInvoke = (_, _) =>
        {
            response.Started = true;
            throw Throttle;
        };
        await bed.Door.Handle(http);
        Assert.True(lifetime.Aborted);
        Assert.Contains("broke off", Assert.Single(bed.Log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_hangs_up_cancels_the_operation_and_nothing_is_logged()
    {
        using var hangUp = new CancellationTokenSource();
        var http = FrontBed.Request("POST", Invocations, []);
        var lifetime = new Lifetime { RequestAborted = hangUp.Token };
        http.Features.Set<IHttpRequestLifetimeFeature>(lifetime);
        bed.OnInvoke = async (_, stop) =>
        {
            await hangUp.CancelAsync();
            stop.ThrowIfCancellationRequested();
            return ApiResponse.Ok(new JsonObject());
        };
        await bed.Door.Handle(http);
        Assert.True(lifetime.Aborted);
        Assert.Empty(bed.Log);
    }

    [Fact]
    public async Task Options_tells_the_methods_and_trace_is_refused()
    {
        var options = await bed.Send("OPTIONS", "/2015-03-31/functions");
        Assert.Equal((204, true), (options.Status, options.Headers.Allow.ToString().Contains("POST", StringComparison.Ordinal)));
        Assert.Equal(405, (await bed.Send("TRACE", "/")).Status);
    }

    [Fact]
    public async Task A_site_that_claims_a_request_answers_it_alone()
    {
        var site = new HttpSite("test", http => http.Request.Path == "/mine", http => http.Response.WriteAsync("hello"));
        var reply = await new FrontBed(AuthMode.On, site).Send("POST", "/mine", "", FrontBed.Scope("lambda"));
        Assert.Equal((200, "hello"), (reply.Status, reply.Body));
    }

    [Fact]
    public async Task A_site_without_its_database_may_be_tried_again()
    {
        var site = new HttpSite("test", _ => true, _ => throw new StorageException(StorageFailure.Unavailable, "PostgreSQL does not answer."));
        var own = new FrontBed(AuthMode.Off, site);
        var reply = await own.Send("GET", "/mine");
        Assert.Equal((503, "ServiceUnavailable"), (reply.Status, reply.ErrorType));
        Assert.StartsWith("Aloft cannot use its database", (string)reply.Json["Message"]!, StringComparison.Ordinal);
        Assert.Equal(
            $"Warning: Request {reply.Headers["x-amzn-RequestId"]} to test could not be served: PostgreSQL does not answer. ", Assert.Single(own.Log));
    }

    [Fact]
    public async Task Health_needs_no_signature()
    {
        var on = new FrontBed(AuthMode.On);
        var own = await on.Send("GET", "/_aloft/health");
        Assert.Equal("""{"status":"running","version":"0.1.0","services":["lambda","logs","sts"]}""", own.Body);
        var localStack = await on.Send("GET", "/_localstack/health");
        Assert.Equal("""{"services":{"lambda":"running","logs":"running","sts":"running"},"edition":"community","version":"0.1.0"}""", localStack.Body);
        Assert.Equal(405, (await on.Send("POST", "/_aloft/health")).Status);
    }

    sealed class Lifetime : IHttpRequestLifetimeFeature
    {
        internal bool Aborted { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => Aborted = true;
    }

    sealed class StartedResponse : HttpResponseFeature
    {
        public override bool HasStarted => Started;

        internal bool Started { get; set; }
    }
}
