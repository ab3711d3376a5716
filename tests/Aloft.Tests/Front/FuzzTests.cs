using System.Text;
using Aloft.Platform.Iam;
using FsCheck;
using FsCheck.Fluent;

namespace Aloft.Tests.Front;

/// <summary>Whatever comes in, the answer is a 4xx at worst, with a request id. The failing case and its seed are printed.</summary>
public class FuzzTests
{
    static readonly Gen<string> Junk = ArbMap.Default.GeneratorFor<string>().Select(text => text ?? "");

    static readonly Gen<string> Method = Gen.Frequency(
        (9, Gen.Elements("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH")), (1, Junk));

    static readonly Gen<string> Segment = Gen.Frequency(
        (6, Gen.Elements("2015-03-31", "functions", "f", "invocations", "aliases", "arn%3Aaws%3Alambda", "%2F", "%", "%ff%fe", "..", "", "{FunctionName}")), (1, Junk));

    static readonly Gen<string> Query = Gen.Elements(
        "", "?", "?Action=GetCallerIdentity&Version=2011-06-15", "?Action=&Version=", "?Action=AssumeRole&Version=2011-06-15&RoleArn.member.1=x&RoleArn.entry.x=1",
        "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a%2Fb%2Fc&X-Amz-Expires=x", "?X-Amz-Algorithm=", "?%%%=&&&=&a=b&a=c", "?Action=GetCallerIdentity&Action=Other");

    static readonly Gen<string> Target =
        from segments in Segment.ListOf(5)
        from query in Query
        from lead in Gen.Frequency((8, Gen.Constant("/")), (1, Gen.Elements("", "http://h/", "*", "//", "http://")))
        select lead + string.Join('/', segments) + query;

    static readonly Gen<(string, string)> Header =
        from name in Gen.Elements("Authorization", "X-Amz-Target", "Host", "Content-Type", "Content-Encoding", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256", "Date")
        from value in Gen.Frequency(
            (8, Gen.Elements(
                "AWS4-HMAC-SHA256 Credential=111122223333/20260203/us-east-1/lambda/aws4_request, SignedHeaders=host;x-amz-date, Signature=00",
                "AWS4-HMAC-SHA256 Credential=test/20260203/us-east-1/logs/aws4_request, SignedHeaders=host, Signature=00",
                "AWS4-HMAC-SHA256 Credential=test/20260203/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=00",
                "AWS4-HMAC-SHA256 Credential=/////, SignedHeaders=;;, Signature", "Bearer x", "AWS4-HMAC-SHA256",
                "Logs_20140328.DescribeLogGroups", "Logs_20140328.", ".", "application/x-www-form-urlencoded", "application/x-amz-json-1.1", "application/x-amz-json-1.0",
                "gzip", "identity", "20260203T040506Z", "2026", "lambda.us-east-1.amazonaws.com", ".amazonaws.com", "UNSIGNED-PAYLOAD", new string('0', 64))),
            (1, Junk))
        select (name, value);

    static readonly Gen<byte[]> Body = Gen.Frequency(
        (4, Gen.Elements(
            "{}", "{\"a\":", "[]", "\"\\ud800\"", "Action=GetCallerIdentity&Version=2011-06-15", "Action=AssumeRole&Version=2011-06-15&A.member.1.B=2&A=1",
            "Action=AssumeRole&Version=2011-06-15&" + "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.a.b.c.d.e.f.g.h.i.j=1", "\0\0\0").Select(Encoding.UTF8.GetBytes)),
        (1, ArbMap.Default.GeneratorFor<byte[]>().Select(bytes => bytes ?? [])));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_request_makes_a_5xx(bool authenticated)
    {
        var bed = new FrontBed(authenticated ? AuthMode.On : AuthMode.Off);
        var requests =
            from method in Method
            from target in Target
            from headers in Header.ListOf(3)
            from body in Body
            select (method, target, headers: headers.ToArray(), body);

        var property = Prop.ForAll(requests.ToArbitrary(), request =>
        {
            var reply = bed.Send(request.method, request.target, request.body, request.headers).GetAwaiter().GetResult();
            var hasId = reply.Headers["x-amzn-RequestId"].Count == 1 || reply.Status is < 400 or 405;
            return (reply.Status is >= 200 and < 500 && hasId && bed.Log.Count == 0).Label($"{reply.Status} {reply.Body} {string.Join('|', bed.Log)}");
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3_000), property);
    }
}
